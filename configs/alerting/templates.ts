import type { Settings } from "../settings/settings";

/** The texts of messages, in Alertmanager's template language: what, where, since when, how bad, links. */

/** More summaries than this are counted in a subject, and more alerts are lines of a list. */
const FEW = 3;
/** More lines than this are counted: a chat takes no more, and nobody reads on. */
const LISTED = 50;

/** Today's line in an inbox or on a lock screen: whether it began or is over, and what it is. */
const SUBJECT = `{{ define "sightline.subject" -}}
{{ $told := .Alerts.Firing }}{{ if eq .Status "resolved" }}{{ $told = .Alerts.Resolved }}{{ end -}}
[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }}: {{ range $i, $alert := $told -}}
{{ if lt $i ${FEW} }}{{ if $i }}; {{ end }}{{ $alert.Annotations.summary }}{{ end }}{{ end -}}
{{ if gt (len $told) ${FEW} }}; and {{ len (slice $told ${FEW}) }} more{{ end }}
{{- end }}`;

/** Opens Alertmanager with the group's labels filled in. The commas and quotes are percent-encoded. */
const SILENCE = `{{ define "sightline.silence" -}}
{{ .ExternalURL }}/#/silences/new?filter=%7B
{{- range .GroupLabels.SortedPairs }}{{ if ne .Name "alertname" -}}
{{ .Name }}%3D%22{{ .Value | urlquery }}%22%2C%20{{ end }}{{ end -}}
alertname%3D%22{{ .CommonLabels.alertname | urlquery }}%22%7D
{{- end }}`;

const WHERE = `{{ define "sightline.where" -}}
{{ range $i, $label := (.Labels.Remove (stringSlice "alertname" "severity")).SortedPairs -}}
{{ if $i }}, {{ end }}{{ $label.Name }} {{ $label.Value }}{{ end }}
{{- end }}`;

const ONE = `{{ define "sightline.one" -}}
{{ .Annotations.summary }}
{{ .Annotations.description }}
{{ template "sightline.when" . }}
Severity: {{ .Labels.severity }}
Where: {{ template "sightline.where" . }}
{{ end }}`;

/** Plain text: the second half of each mail, and all there is on Slack and Telegram. */
const TEXT = `{{ define "sightline.text" -}}
{{ if gt (len .Alerts) ${FEW} -}}
{{ range $i, $alert := .Alerts }}{{ if lt $i ${LISTED} -}}
- {{ $alert.Annotations.summary }} ({{ template "sightline.when" $alert }})
{{ end }}{{ end -}}
{{ if gt (len .Alerts) ${LISTED} }}and {{ len (slice .Alerts ${LISTED}) }} more
{{ end }}
Of the first:

{{ template "sightline.one" index .Alerts 0 }}
{{ else }}{{ range .Alerts -}}
{{ template "sightline.one" . }}
{{ end }}{{ end -}}
{{ with .CommonAnnotations.runbook_url }}Runbook: {{ . }}
{{ end -}}
{{ with .CommonAnnotations.dashboard_url }}Dashboard: {{ . }}
{{ end -}}
{{ if eq .Status "firing" }}Silence: {{ template "sightline.silence" . }}
{{ end -}}
{{ end }}`;

const CHAT = `{{ define "sightline.chat" -}}
{{ template "sightline.subject" . }}

{{ template "sightline.text" . }}
{{- end }}`;

const HTML_ONE = `{{ define "sightline.html-one" -}}
<h1 style="margin:0 0 8px;font-size:20px">{{ .Annotations.summary }}</h1>
<p style="margin:0 0 8px">{{ .Annotations.description }}</p>
<p style="margin:0 0 24px;color:#555555">{{ template "sightline.when" . }}<br>
Severity: {{ .Labels.severity }}<br>
Where: {{ template "sightline.where" . }}</p>
{{- end }}`;

/** One column, large type, no picture: readable on a phone, and where remote content is blocked. */
const HTML = `{{ define "sightline.html" -}}
<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin:0;padding:16px;font:16px/1.5 sans-serif;color:#1a1a1a;max-width:600px">
<p style="margin:0 0 16px;padding:8px 12px;color:#ffffff;background:
{{- if eq .Status "firing" }}#b3261e{{ else }}#1b6e3c{{ end }}">
<strong>{{ .Status | toUpper }}</strong> {{ .CommonLabels.alertname }}</p>
{{ if gt (len .Alerts) ${FEW} -}}
<ul style="margin:0 0 24px;padding:0 0 0 20px">
{{ range $i, $alert := .Alerts }}{{ if lt $i ${LISTED} -}}
<li>{{ $alert.Annotations.summary }}<br>
<span style="color:#555555">{{ template "sightline.when" $alert }}</span></li>
{{ end }}{{ end -}}
</ul>
{{ if gt (len .Alerts) ${LISTED} }}<p>and {{ len (slice .Alerts ${LISTED}) }} more</p>{{ end }}
<p style="margin:0 0 8px">Of the first:</p>
{{ template "sightline.html-one" index .Alerts 0 }}
{{ else }}{{ range .Alerts -}}
{{ template "sightline.html-one" . }}
{{ end }}{{ end -}}
<p style="margin:0">
{{ with .CommonAnnotations.dashboard_url }}<a href="{{ . }}">Dashboard</a><br>{{ end }}
{{ with .CommonAnnotations.runbook_url }}Runbook: <a href="{{ . }}">{{ . }}</a><br>{{ end }}
{{ if eq .Status "firing" }}<a href="{{ template "sightline.silence" . }}">Silence this alert</a>{{ end }}
</p>
</body>
</html>
{{- end }}`;

/** Times are of one alert, in the time zone of the settings. */
function when(timezone: string): string {
  const time = (field: string) =>
    `{{ .${field} | tz "${timezone}" | date "2006-01-02 15:04:05 MST" }}`;
  return `{{ define "sightline.when" -}}
Since: ${time("StartsAt")}
{{- if eq .Status "resolved" }}, over: ${time("EndsAt")} (after
{{- /**/}} {{ (.EndsAt.Sub .StartsAt).Seconds | humanizeDuration }}){{ end }}
{{- end }}`;
}

/** The file with all texts. */
export function messageTemplates({ alerting }: Settings): string {
  const parts = [SUBJECT, SILENCE, WHERE, when(alerting.timezone), ONE, TEXT, CHAT, HTML_ONE, HTML];
  return `${parts.join("\n\n")}\n`;
}
