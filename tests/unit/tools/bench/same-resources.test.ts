import { parse } from "yaml";

import { composeProject } from "../../../../tools/bench/compose-file";
import { deployedOf } from "../../../../tools/bench/deployed";
import { prometheusFiles } from "../../../../tools/bench/plain-prometheus";
import { terraformJson } from "../../../../tools/bench/terraform-json";
import { STATE } from "./state";

const deployed = deployedOf(STATE);

describe("what a stack deployed", () => {
  it("is every container, volume, network and image with its order, and nothing else", () => {
    expect(deployed.map(({ kind, name, after }) => [kind, name, after])).toEqual([
      ["network", "data", []],
      ["volume", "files", []],
      ["container", "keeper", ["data", "files"]],
      ["container", "server", ["keeper"]],
    ]);
  });

  it("has nothing that the provider sets by itself, and secrets as texts", () => {
    expect(JSON.stringify(deployed)).not.toContain("__defaults");
    expect(Object.keys(deployed[2]?.inputs ?? {})).not.toContain("start");
    expect(deployed[2]?.inputs.uploads).toEqual([
      { file: "/keeper.sh", content: 'echo "${1}" "%{x}"' },
      { file: "/incoming/server.yml", content: "password: a$b" },
    ]);
  });

  it("that other tools cannot make is refused", () => {
    const text = STATE.replace("docker:index/volume:Volume", "command:local:Command");
    const withCommand = JSON.parse(text) as { deployment: { resources: { type: string }[] } };
    const volume = withCommand.deployment.resources.find(
      ({ type }) => type === "docker:index/volume:Volume",
    );
    if (volume) volume.type = "command:local:Command";
    expect(() => deployedOf(JSON.stringify(withCommand))).toThrow(
      "command:local:Command: other tools are not told of it; got files",
    );
  });
});

describe("for Terraform", () => {
  const { terraform, resource } = JSON.parse(terraformJson(deployed, "4.6.0")) as {
    terraform: unknown;
    resource: Record<string, Record<string, Record<string, unknown>>>;
  };

  it("it is the same provider's resources", () => {
    const source = "registry.terraform.io/kreuzwerker/docker";
    expect(terraform).toEqual({ required_providers: { docker: { source, version: "= 4.6.0" } } });
    expect(resource.docker_network).toEqual({
      data: { name: "try-1-data", internal: true, options: {} },
    });
    expect(Object.keys(resource.docker_container ?? {})).toEqual(["keeper", "server"]);
  });

  it("names are the provider's own, texts are not worked out, and the order is kept", () => {
    expect(resource.docker_container?.keeper).toEqual({
      name: "try-1-keeper",
      image: "curl:1",
      entrypoint: ["sh", "/keeper.sh"],
      env: ["A=$${B}"],
      capabilities: { drop: ["ALL"] },
      healthcheck: { test: ["CMD", "true"], interval: "5s", start_period: "10s" },
      networks_advanced: [{ name: "try-1-data" }],
      volumes: [{ volume_name: "try-1-files", container_path: "/volume" }],
      upload: [
        { file: "/keeper.sh", content: 'echo "$${1}" "%%{x}"' },
        { file: "/incoming/server.yml", content: "password: a$b" },
      ],
      wait_timeout: 60,
      wait: true,
      depends_on: ["docker_network.data", "docker_volume.files"],
    });
  });

  it("keys of maps stay as they are", () => {
    expect(resource.docker_container?.server).toMatchObject({
      tmpfs: { "/tmp": "rw,size=64m" },
      log_opts: { "max-size": "10m" },
      mounts: [{ read_only: true, bind_options: { propagation: "rslave" } }],
      depends_on: ["docker_container.keeper"],
    });
  });
});

describe("for Compose", () => {
  const { composeFile, files } = composeProject(deployed);
  const project = parse(composeFile) as Record<string, Record<string, Record<string, unknown>>>;

  it("it is the same networks and volumes, and the site's network as it is", () => {
    expect(project.networks).toEqual({
      "try-1-data": { name: "try-1-data", internal: true, driver_opts: {}, labels: {} },
      website_default: { external: true },
    });
    expect(project.volumes).toEqual({ "try-1-files": { name: "try-1-files", labels: {} } });
  });

  it("a server has all that it has with us, and waits for its keeper", () => {
    expect(project.services?.server).toEqual({
      container_name: "try-1-server",
      image: "server:1",
      command: ["--expr=$$1"],
      mem_limit: "1024m",
      logging: { options: { "max-size": "10m" } },
      stop_grace_period: "60s",
      labels: { "sightline.stack": "try-1" },
      networks: { "try-1-data": { aliases: ["server"] }, website_default: {} },
      volumes: [
        "try-1-files:/etc/x:ro",
        {
          ...{ type: "bind", source: "/", target: "/host", read_only: true },
          bind: { propagation: "rslave" },
        },
      ],
      ports: ["127.0.0.1:41000:9090"],
      tmpfs: ["/tmp:rw,size=64m"],
      depends_on: { keeper: { condition: "service_healthy" } },
    });
  });

  it("a keeper's files are mounted, and another text is another container", () => {
    expect(files).toEqual({
      "files/keeper/keeper.sh": 'echo "${1}" "%{x}"',
      "files/keeper/incoming/server.yml": "password: a$b",
    });
    expect(project.services?.keeper).toMatchObject({
      environment: ["A=$${B}"],
      volumes: [
        "try-1-files:/volume",
        "./files/keeper/keeper.sh:/keeper.sh:ro",
        "./files/keeper/incoming:/incoming:ro",
      ],
    });
    const other = composeProject(deployedOf(STATE.replace("a$b", "a$c"))).composeFile;
    const lines = composeFile
      .split("\n")
      .filter((line, index) => line !== other.split("\n")[index]);
    expect(lines).toEqual([expect.stringMatching(/^ +sightline\.files: \S{12,}$/)]);
  });

  it("an input that it would leave out is refused", () => {
    const text = STATE.replace('"stopTimeout":60', '"privileged":true');
    expect(() => composeProject(deployedOf(text))).toThrow("server: no translation of privileged");
  });
});

test("Prometheus alone is given the files that its keeper has, by the path that it reads them at", () => {
  const name = "prometheus-config-container";
  const keeper = { kind: "container", name, after: [], inputs: deployed[2]?.inputs ?? {} } as const;
  expect(prometheusFiles([keeper])).toEqual({ "server.yml": "password: a$b" });
  expect(() => prometheusFiles(deployed)).toThrow("the stack has no keeper of Prometheus' files");
});
