import type { LogJob, RelabelRule } from "./job";
import { MULTILINE_WAIT_SECONDS, type Stage } from "./stage";

/** A stage as Promtail's documentation spells it. */
type PromtailStage = Readonly<Record<string, unknown>>;

/** A job as an entry of Promtail's `scrape_configs`. */
export function promtailJob(job: LogJob, dockerApiUrl: string) {
  const pipeline_stages = job.stages.map(promtailStage);
  switch (job.kind) {
    case "push":
      return {
        job_name: job.name,
        loki_push_api: {
          server: { http_listen_port: job.port, grpc_listen_port: 0 },
          labels: job.labels,
        },
        pipeline_stages,
      };
    case "files":
      return {
        job_name: job.name,
        static_configs: [{ targets: ["localhost"], labels: { ...job.labels, __path__: job.path } }],
        pipeline_stages,
      };
    case "docker":
      return {
        job_name: `docker-${job.name}`,
        docker_sd_configs: [
          {
            host: dockerApiUrl,
            refresh_interval: "15s",
            ...(job.filter ? { filters: [{ name: "label", values: [job.filter] }] } : {}),
          },
        ],
        relabel_configs: job.relabel.map(promtailRelabelRule),
        pipeline_stages,
      };
  }
}

function promtailRelabelRule({ sourceLabels, targetLabel, ...rest }: RelabelRule) {
  return {
    ...(sourceLabels ? { source_labels: [...sourceLabels] } : {}),
    ...(targetLabel ? { target_label: targetLabel } : {}),
    ...rest,
  };
}

export function promtailStage(stage: Stage): PromtailStage {
  switch (stage.kind) {
    case "match":
      return { match: { selector: stage.selector, stages: stage.stages.map(promtailStage) } };
    case "regex": {
      const { expression, source } = stage;
      return { regex: { expression, ...(source ? { source } : {}) } };
    }
    case "json":
      return { json: { expressions: stage.expressions } };
    case "template":
      return { template: { source: stage.source, template: stage.template } };
    case "timestamp":
      return { timestamp: timestampOptions(stage) };
    case "labels":
      return { labels: sameNames(stage.names) };
    case "staticLabels":
      return { static_labels: stage.labels };
    case "fields":
      return { structured_metadata: sameNames(stage.names) };
    case "labelDrop":
      return { labeldrop: [...stage.names] };
    case "labelKeep":
      return { labelallow: [...stage.names] };
    case "limit":
      return { limit: { rate: stage.linesPerSecond, burst: stage.burst, drop: true } };
    case "multiline": {
      const { firstLine, maxLines } = stage;
      return {
        multiline: {
          firstline: firstLine,
          max_wait_time: `${MULTILINE_WAIT_SECONDS}s`,
          max_lines: maxLines,
        },
      };
    }
    case "replace":
      return { replace: { expression: stage.expression, replace: stage.replacement } };
    case "drop":
      return { drop: { expression: stage.expression } };
  }
}

function timestampOptions({ source, layouts, location }: Stage & { readonly kind: "timestamp" }) {
  const [format, ...fallback_formats] = layouts;
  return {
    source,
    format,
    ...(fallback_formats.length > 0 ? { fallback_formats } : {}),
    location,
    // The default is the time of the line before, which may be hours old.
    action_on_failure: "skip",
  };
}

/** An empty source means the extracted value of the same name. */
function sameNames(names: readonly string[]): Readonly<Record<string, "">> {
  return Object.fromEntries(names.map((name) => [name, ""] as const));
}
