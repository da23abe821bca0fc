const STACK = "urn:pulumi:try-1::sightline::";

const resource = (type: string, name: string, more: object) => ({
  ...{ urn: `${STACK}sightline:service:Any$${type}::${name}`, type, custom: true },
  ...more,
});

/** A state of one server with its keeper, as `pulumi stack export --show-secrets` gives it. */
export const STATE = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      { urn: `${STACK}pulumi:pulumi:Stack::sightline-try-1`, type: "pulumi:pulumi:Stack" },
      resource("pulumi:providers:docker", "docker-docker", { inputs: { version: "5.2.0" } }),
      { urn: `${STACK}sightline:service:Any::any`, type: "sightline:service:Any", custom: false },
      resource("docker:index/network:Network", "data", {
        inputs: { __defaults: [], name: "try-1-data", internal: true, options: {} },
      }),
      resource("docker:index/volume:Volume", "files", { inputs: { name: "try-1-files" } }),
      resource("docker:index/container:Container", "keeper", {
        inputs: {
          __defaults: ["attach", "start"],
          attach: false,
          start: true,
          name: "try-1-keeper",
          image: "curl:1",
          entrypoints: ["sh", "/keeper.sh"],
          envs: ["A=${B}"],
          capabilities: { __defaults: [], drops: ["ALL"] },
          healthcheck: { tests: ["CMD", "true"], interval: "5s", startPeriod: "10s" },
          networksAdvanced: [{ __defaults: [], name: "try-1-data" }],
          volumes: [{ volumeName: "try-1-files", containerPath: "/volume" }],
          uploads: [
            { file: "/keeper.sh", content: 'echo "${1}" "%{x}"' },
            {
              file: "/incoming/server.yml",
              content: {
                "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                plaintext: '"password: a$b"',
              },
            },
          ],
          waitTimeout: 60,
          wait: true,
        },
        dependencies: [
          `${STACK}sightline:service:Any$docker:index/network:Network::data`,
          `${STACK}sightline:service:Any$docker:index/volume:Volume::files`,
        ],
      }),
      resource("docker:index/container:Container", "server", {
        inputs: {
          name: "try-1-server",
          image: "server:1",
          command: ["--expr=$1"],
          tmpfs: { "/tmp": "rw,size=64m" },
          logOpts: { "max-size": "10m" },
          memory: 1_024,
          labels: [{ label: "sightline.stack", value: "try-1" }],
          ports: [{ internal: 9090, external: 41_000, ip: "127.0.0.1" }],
          networksAdvanced: [
            { name: "try-1-data", aliases: ["server"] },
            { name: "website_default" },
          ],
          volumes: [{ volumeName: "try-1-files", containerPath: "/etc/x", readOnly: true }],
          mounts: [
            {
              ...{ type: "bind", source: "/", target: "/host", readOnly: true },
              bindOptions: { propagation: "rslave" },
            },
          ],
          stopTimeout: 60,
        },
        dependencies: [
          `${STACK}sightline:service:Any::any`,
          `${STACK}sightline:service:Any$docker:index/container:Container::keeper`,
        ],
      }),
    ],
  },
});
