import { type AlloyBlock, type AlloyValue, identifier, Reference } from "./alloy-syntax";
import type { DockerJob, FileJob, LogJob, PushJob, RelabelRule } from "./job";
import { MULTILINE_WAIT_SECONDS, type Stage } from "./stage";

/** The components of a job: where its lines come from, and what happens to them on their way. */
export function alloyJob(job: LogJob, target: { dockerApiUrl: string; receiver: Reference }) {
  const label = identifier(job.kind === "docker" ? `docker-${job.name}` : job.name);
  const pipeline: AlloyBlock = {
    name: "loki.process",
    label,
    attributes: { forward_to: [target.receiver] },
    blocks: job.stages.map(alloyStage),
  };
  const next = exportOf(pipeline.name, label, "receiver");
  return [...sourceComponents(job, { label, next, dockerApiUrl: target.dockerApiUrl }), pipeline];
}

function sourceComponents(
  job: LogJob,
  place: { readonly label: string; readonly next: Reference; readonly dockerApiUrl: string },
): readonly AlloyBlock[] {
  switch (job.kind) {
    case "files":
      return fileComponents(job, place.label, place.next);
    case "docker":
      return dockerComponents(job, place);
    case "push":
      return pushComponents(job, place.label, place.next);
  }
}

function exportOf(component: string, label: string, name: string): Reference {
  return new Reference([component, label, name].join("."));
}

function fileComponents(job: FileJob, label: string, next: Reference): readonly AlloyBlock[] {
  return [
    {
      name: "local.file_match",
      label,
      attributes: { path_targets: [{ ...job.labels, __path__: job.path }] },
    },
    {
      name: "loki.source.file",
      label,
      attributes: {
        targets: exportOf("local.file_match", label, "targets"),
        forward_to: [next],
      },
    },
  ];
}

function pushComponents(job: PushJob, label: string, next: Reference): readonly AlloyBlock[] {
  return [
    {
      name: "loki.source.api",
      label,
      attributes: { labels: job.labels, forward_to: [next] },
      blocks: [
        { name: "http", attributes: { listen_address: "0.0.0.0", listen_port: job.port } },
        { name: "grpc", attributes: { listen_port: 0 } },
      ],
    },
  ];
}

function dockerComponents(
  job: DockerJob,
  place: { readonly label: string; readonly next: Reference; readonly dockerApiUrl: string },
): readonly AlloyBlock[] {
  const { label, next, dockerApiUrl } = place;
  return [
    {
      name: "discovery.docker",
      label,
      attributes: { host: dockerApiUrl, refresh_interval: "15s" },
      blocks: job.filter
        ? [{ name: "filter", attributes: { name: "label", values: [job.filter] } }]
        : [],
    },
    {
      name: "discovery.relabel",
      label,
      attributes: { targets: exportOf("discovery.docker", label, "targets") },
      blocks: job.relabel.map(relabelRule),
    },
    {
      name: "loki.source.docker",
      label,
      attributes: {
        host: dockerApiUrl,
        targets: exportOf("discovery.relabel", label, "output"),
        forward_to: [next],
      },
    },
  ];
}

function relabelRule({ sourceLabels, targetLabel, ...rest }: RelabelRule): AlloyBlock {
  return {
    name: "rule",
    attributes: {
      ...(sourceLabels ? { source_labels: sourceLabels } : {}),
      ...(targetLabel ? { target_label: targetLabel } : {}),
      ...rest,
    },
  };
}

export function alloyStage(stage: Stage): AlloyBlock {
  const block = (name: string, attributes: Readonly<Record<string, AlloyValue>>): AlloyBlock => ({
    name: `stage.${name}`,
    attributes,
  });
  switch (stage.kind) {
    case "match":
      return {
        ...block("match", { selector: stage.selector }),
        blocks: stage.stages.map(alloyStage),
      };
    case "regex": {
      const { expression, source } = stage;
      return block("regex", { expression, ...(source ? { source } : {}) });
    }
    case "json":
      return block("json", { expressions: stage.expressions });
    case "template":
      return block("template", { source: stage.source, template: stage.template });
    case "timestamp":
      return block("timestamp", timestampAttributes(stage));
    case "labels":
      return block("labels", { values: sameNames(stage.names) });
    case "staticLabels":
      return block("static_labels", { values: stage.labels });
    case "fields":
      return block("structured_metadata", { values: sameNames(stage.names) });
    case "labelDrop":
      return block("label_drop", { values: stage.names });
    case "labelKeep":
      return block("label_keep", { values: stage.names });
    case "limit":
      return block("limit", { rate: stage.linesPerSecond, burst: stage.burst, drop: true });
    case "multiline": {
      const { firstLine, maxLines } = stage;
      const max_wait_time = `${MULTILINE_WAIT_SECONDS}s`;
      return block("multiline", { firstline: firstLine, max_wait_time, max_lines: maxLines });
    }
    case "replace":
      return block("replace", { expression: stage.expression, replace: stage.replacement });
    case "drop":
      return block("drop", { expression: stage.expression });
  }
}

function timestampAttributes(
  stage: Stage & { readonly kind: "timestamp" },
): Readonly<Record<string, AlloyValue>> {
  const [format, ...fallbacks] = stage.layouts;
  return {
    source: stage.source,
    format,
    ...(fallbacks.length > 0 ? { fallback_formats: fallbacks } : {}),
    location: stage.location,
    action_on_failure: "skip",
  };
}

/** An empty source means the extracted value of the same name. */
function sameNames(names: readonly string[]): Readonly<Record<string, "">> {
  return Object.fromEntries(names.map((name) => [name, ""] as const));
}
