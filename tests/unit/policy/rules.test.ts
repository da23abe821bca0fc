import { BUCKET, CONTAINER, IMAGE, type Planned, VOLUME } from "../../../policy/rule";
import { RULES } from "../../../policy/rules";
import { devRaw, fourServers, prodRaw } from "../../support/fixtures";
import { type Recorded, runProgram } from "../../support/mocks";
import { revealed } from "../../support/outputs";

const URN = "urn:pulumi:dev::sightline::sightline:service:Loki$docker:index/container:Container::x";

function problems(planned: Partial<Planned>): readonly string[] {
  const whole = { type: CONTAINER, urn: URN, props: {}, protect: false, ...planned };
  return RULES.flatMap(({ name, check }) => check(whole).map((words) => `${name}: ${words}`));
}

/** What is wrong with a container that is else in order. */
function container(props: Planned["props"]): readonly string[] {
  return problems({ props: { image: "grafana/loki:3.7.8", memory: 64, ...props } });
}

const service = (value: string) => [{ label: "sightline.service", value }];

test("a container in order breaks no rule", () => {
  expect(
    container({
      name: "prod-loki",
      envs: ["GOMEMLIMIT=1", "TOKEN_FILE=/secrets/token", "PASSWORD_PATH=/secrets/a", "SECRET="],
      command: ["--web.config=secret", "-config.file=/etc/loki.yaml"],
      capabilities: { drops: ["ALL"] },
      ports: [
        { internal: 3100, external: 3100, ip: "127.0.0.1" },
        { internal: 3101, external: 3101, ip: "10.0.0.2" },
        { internal: 3102, external: 3102, ip: "172.31.255.255" },
        { internal: 3103 },
      ],
    }),
  ).toEqual([]);
});

test.each([
  "loki",
  "grafana/loki",
  "registry.test:5000/loki",
  "loki:latest",
  "registry:5000/a:latest",
])("an image without a version: %s", (image) => {
  const words = `image: must have a version; got "${image}". Fix: a tag that is not latest, or a digest`;
  expect(container({ image })).toEqual([`pinned-images: ${words}`]);
  expect(problems({ type: IMAGE, props: { name: image } })).toEqual([`pinned-images: ${words}`]);
});

test.each([
  "nginx:1.29.3",
  "registry.test:5000/loki:3",
  `loki@sha256:${"0".repeat(64)}`,
  `sha256:${"a".repeat(64)}`,
])("an image with a version: %s", (image) => {
  expect(container({ image })).toEqual([]);
});

test.each([
  [{ privileged: true }, "privileged: must be false. Fix: leave it out"],
  [{ networkMode: "host" }, "networkMode: must not be host. Fix: leave it out"],
  [{ pidMode: "host" }, "pidMode: must not be host. Fix: leave it out"],
  [
    { capabilities: { adds: ["SYS_ADMIN"] }, name: "dev-loki-secrets-keeper" },
    "capabilities: must not add SYS_ADMIN. Fix: do without it",
  ],
  [
    { capabilities: { adds: ["CAP_CHOWN"] }, name: "dev-loki" },
    "capabilities: must not add CAP_CHOWN. Fix: do without it",
  ],
  [
    { volumes: [{ hostPath: "/var/run/docker.sock" }], labels: service("app-alloy") },
    "volumes: must not have docker.sock. Fix: the socket proxy",
  ],
  [
    { mounts: [{ source: "/run/docker.sock" }] },
    "volumes: must not have docker.sock. Fix: the socket proxy",
  ],
])("privilege: %j", (props, words) => {
  expect(container(props)).toEqual([`no-privilege: ${words}`]);
});

test("what the product needs is let through by name", () => {
  const keeper = { capabilities: { adds: ["CAP_CHOWN"] }, name: "dev-loki-secrets-keeper" };
  const volumes = [{ hostPath: "/var/run/docker.sock" }];
  expect(container(keeper)).toEqual([]);
  expect(container({ volumes, labels: service("app-socket-proxy") })).toEqual([]);
});

test.each([undefined, 0])("memory of %s is no limit", (memory) => {
  const words = "memory: must be a number of megabytes; got none. Fix: memoryMegabytes of its spec";
  expect(container({ memory })).toEqual([`memory-limits: ${words}`]);
});

test.each([
  [{ envs: ["SMTP_PASSWORD=hunter2"] }, "envs", "SMTP_PASSWORD"],
  [{ command: ["--auth-token=hunter2"] }, "command", "--auth-token"],
  [{ labels: [{ label: "api_key", value: "hunter2" }] }, "labels", "api_key"],
])("a secret that anybody may read is refused, and not repeated: %j", (props, where, name) => {
  expect(container(props)).toEqual([
    `no-plain-secrets: ${where}: must hold no secret; got ${name}. Fix: secretFiles of its spec`,
  ]);
});

const port = (ip: string | undefined) => [{ internal: 80, external: 8443, ip }];

test.each([
  ["loki", "203.0.113.9"],
  ["loki", "0.0.0.0"],
  ["loki", undefined],
  ["loki", "172.32.0.1"],
  ["gateway", "0.0.0.0"],
  ["gateway", undefined],
  ["gateway", "::"],
])("%s may not be published at %s", (name, ip) => {
  expect(container({ labels: service(name), ports: port(ip) })).toEqual([
    `no-public-ports: ports: ${ip ?? "0.0.0.0"}:8443 is open to strangers. ` +
      "Fix: sightline:publish.address: a private one, and the gateway for people",
  ]);
});

test.each(["gateway", "acme"])("%s may be published at an address of its own", (name) => {
  expect(container({ labels: service(name), ports: port("203.0.113.9") })).toEqual([]);
});

const volume = (stack: string, parent = "sightline:service:Loki") => ({
  type: VOLUME,
  urn: `urn:pulumi:${stack}::sightline::${parent}$${VOLUME}::loki-data`,
});

test.each(["prod", "production", "shop-prod", "prod-eu"])("data of %s is protected", (stack) => {
  const bucket = { urn: `urn:pulumi:${stack}::sightline::${BUCKET}::logs`, type: BUCKET };
  expect(problems(volume(stack))).toEqual([
    "protected-data: volume: must be protected. Fix: sightline:protectData: true",
  ]);
  expect(problems({ ...bucket, props: { forceDestroy: true } })).toEqual([
    "protected-data: bucket: must not be emptied when it is removed. Fix: sightline:protectData: true",
  ]);
  expect(problems({ ...volume(stack), protect: true })).toEqual([]);
  expect(problems(volume(stack, "sightline:service:Loki$sightline:container:Keeper"))).toEqual([]);
  expect(problems(bucket)).toEqual([]);
});

test.each(["dev", "products", "try-1"])("data of %s may go", (stack) => {
  expect(problems(volume(stack))).toEqual([]);
});

/** As the engine hands a resource to a policy. */
function planned(stack: string, { type, name, inputs, parent, isProtected }: Recorded): Planned {
  const [parentType = ""] = parent.split("::");
  return {
    type,
    urn: `urn:pulumi:${stack}::sightline::${parentType}$${type}::${name}`,
    props: revealed(inputs) as Planned["props"],
    protect: isProtected,
  };
}

test.each([
  ["dev", devRaw()],
  ["prod", prodRaw()],
  ["prod", fourServers({ protectData: true })],
])("every resource of a whole stack keeps every rule: %s", async (stack, raw) => {
  const { resources } = await runProgram({ stack, raw });
  const all = resources.map((resource) => planned(stack, resource));
  expect(all.filter(({ type }) => type === CONTAINER).length).toBeGreaterThan(15);
  expect(all.flatMap((resource) => problems(resource))).toEqual([]);
});
