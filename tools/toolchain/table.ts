import { ENGINE_TOOLS } from "./engine-tools";
import type { ToolName, ToolSpec } from "./types";

/** Sets what programs built on Prometheus' common library print as their version. */
const reported = (version: string, revision: string) => ({
  "github.com/prometheus/common/version.Version": version,
  "github.com/prometheus/common/version.Revision": revision,
  "github.com/prometheus/common/version.Branch": "module-proxy",
});

const ALLOY_VERSION = {
  "github.com/grafana/alloy/internal/build.Version": "v1.11.0",
  "github.com/grafana/alloy/internal/build.Revision": "v1.11.0",
  "github.com/grafana/alloy/internal/build.Branch": "module-proxy",
};

/**
 * Of Prometheus' service discoveries, those that a host with Docker or a cloud host may use; files
 * and HTTP are always in. The other twenty bring an SDK each and double the time to compile.
 */
const DISCOVERIES = ["netgo", "remove_all_sd", "enable_dns_sd", "enable_moby_sd", "enable_gce_sd"];

/**
 * The pinned tools. Versions are those that the Go module proxy serves, so that what is built
 * where no image can be pulled is the same release as the official image.
 */
const SPECS: readonly ToolSpec[] = [
  ...ENGINE_TOOLS,
  {
    name: "prometheus",
    version: "3.15.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "prometheus",
      package: "github.com/prometheus/prometheus/cmd/prometheus",
      tags: DISCOVERIES,
      variables: reported("3.15.0", "v0.315.0"),
      seconds: 150,
    },
  },
  {
    name: "promtool",
    version: "3.15.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "prometheus",
      package: "github.com/prometheus/prometheus/cmd/promtool",
      tags: DISCOVERIES,
      variables: reported("3.15.0", "v0.315.0"),
      seconds: 120,
    },
  },
  {
    // The last release whose module contains the built web pages.
    name: "alertmanager",
    version: "0.31.1",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "alertmanager",
      package: "github.com/prometheus/alertmanager/cmd/alertmanager",
      variables: reported("0.31.1", "v0.31.1"),
      seconds: 60,
    },
  },
  {
    name: "amtool",
    version: "0.34.2",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "amtool",
      package: "github.com/prometheus/alertmanager/cmd/amtool",
      variables: reported("0.34.2", "v0.34.2"),
      seconds: 60,
    },
  },
  {
    name: "loki",
    version: "3.7.8",
    rule: "same-minor",
    versionArguments: ["-version"],
    build: {
      folder: "loki",
      package: "github.com/grafana/loki/v3/cmd/loki",
      variables: lokiVariables("3.7.8"),
      seconds: 480,
    },
  },
  {
    name: "promtail",
    version: "3.5.0",
    rule: "same-minor",
    versionArguments: ["-version"],
    build: {
      folder: "promtail",
      package: "github.com/grafana/loki/v3/clients/cmd/promtail",
      variables: lokiVariables("3.5.0"),
      seconds: 200,
    },
  },
  {
    // Our own main with the components that Sightline uses: all of them need 28 minutes and cgo.
    name: "alloy",
    version: "1.11.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "alloy",
      package: ".",
      variables: ALLOY_VERSION,
      seconds: 230,
    },
  },
  {
    // The same with the exporter of MongoDB: 170 packages that nobody else needs.
    name: "alloy-mongodb",
    version: "1.11.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "alloy",
      package: ".",
      tags: ["mongodb"],
      variables: ALLOY_VERSION,
      seconds: 260,
    },
  },
  {
    name: "blackbox_exporter",
    version: "0.28.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "blackbox_exporter",
      package: "github.com/prometheus/blackbox_exporter",
      variables: reported("0.28.0", "v0.28.0"),
      seconds: 40,
    },
  },
  {
    name: "node_exporter",
    version: "1.12.1",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "node_exporter",
      package: "github.com/prometheus/node_exporter",
      variables: reported("1.12.1", "v1.12.1"),
      seconds: 30,
    },
  },
  {
    // Our own main around cAdvisor's libraries, with the flags of the official image.
    name: "cadvisor",
    version: "0.60.6",
    rule: "same-minor",
    versionArguments: ["--version"],
    archive: false,
    build: {
      folder: "cadvisor",
      package: ".",
      variables: { "github.com/google/cadvisor/lib/version.Version": "v0.60.6" },
      seconds: 40,
    },
  },
  {
    name: "process-exporter",
    version: "0.8.7",
    rule: "same-minor",
    versionArguments: ["-version"],
    build: {
      folder: "process-exporter",
      package: "github.com/ncabatoff/process-exporter/cmd/process-exporter",
      variables: reported("0.8.7", "v0.8.7"),
      seconds: 20,
    },
  },
  {
    name: "nginx-prometheus-exporter",
    version: "1.5.1",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "nginx-prometheus-exporter",
      package: "github.com/nginx/nginx-prometheus-exporter",
      variables: reported("1.5.1", "v1.5.1"),
      seconds: 20,
    },
  },
  {
    name: "redis_exporter",
    version: "1.74.0",
    rule: "same-minor",
    versionArguments: ["-version"],
    build: {
      folder: "redis_exporter",
      package: "github.com/oliver006/redis_exporter",
      variables: { "main.BuildVersion": "v1.74.0" },
      seconds: 20,
    },
  },
  {
    name: "postgres_exporter",
    version: "0.17.1",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "postgres_exporter",
      package: "github.com/prometheus-community/postgres_exporter/cmd/postgres_exporter",
      variables: reported("0.17.1", "v0.17.1"),
      seconds: 30,
    },
  },
  {
    name: "mysqld_exporter",
    version: "0.19.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "mysqld_exporter",
      package: "github.com/prometheus/mysqld_exporter",
      variables: reported("0.19.0", "v0.19.0"),
      seconds: 30,
    },
  },
  {
    // Without the 200 providers of DNS: Sightline proves a name by HTTP, and the proxy lacks some of them.
    name: "lego",
    version: "5.6.0",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "lego",
      package: "github.com/go-acme/lego/v5",
      tags: ["lego_dnslight"],
      variables: { "main.version": "v5.6.0" },
      seconds: 40,
    },
  },
  {
    // No module proxy serves wollomatic/socket-proxy: ours understands the flags that we pass.
    name: "socket-proxy",
    version: "1.11.0-standin",
    rule: "same-minor",
    versionArguments: ["-version"],
    archive: false,
    build: {
      folder: "socket-proxy",
      package: ".",
      variables: { "main.release": "1.11.0-standin" },
      seconds: 20,
    },
  },
  {
    // What the docker plugin is made of, as a plugin of Terraform: only the bench runs it.
    name: "terraform-provider-docker",
    version: "4.6.0",
    rule: "same-minor",
    build: {
      folder: "terraform-provider-docker",
      package: "github.com/terraform-providers/terraform-provider-docker",
      tags: ["no_compose"],
      variables: { "main.version": "v4.6.0" },
      seconds: 160,
    },
  },
  {
    // The last release that the pinned Go compiles.
    name: "thanos",
    version: "0.42.4",
    rule: "same-minor",
    versionArguments: ["--version"],
    build: {
      folder: "thanos",
      package: "github.com/thanos-io/thanos/cmd/thanos",
      // As its makers build it: with labels in another form in memory, it crashes when it is asked.
      tags: ["slicelabels"],
      variables: reported("0.42.4", "v0.42.4"),
      seconds: 300,
    },
  },
];

function lokiVariables(version: string): Record<string, string> {
  return {
    "github.com/grafana/loki/v3/pkg/util/build.Version": version,
    "github.com/grafana/loki/v3/pkg/util/build.Revision": `v${version}`,
    "github.com/grafana/loki/v3/pkg/util/build.Branch": "module-proxy",
  };
}

/** The pinned tools by name. */
export const TOOLS = Object.fromEntries(SPECS.map((spec) => [spec.name, spec])) as Readonly<
  Record<ToolName, ToolSpec>
>;
