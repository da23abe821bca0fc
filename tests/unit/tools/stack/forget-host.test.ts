import {
  dockerName,
  type ExportedState,
  type StateResource,
  withoutHostsResources,
} from "../../../../tools/stack/forget-host";

const urn = (type: string, name: string) => `urn:pulumi:prod::sightline::${type}::${name}`;
const DOCKER = "sightline:host:DockerHost";
const CONTAINER = "docker:index/container:Container";

/** A host as the program leaves it in the state: its Docker, its component, and a container. */
function hostResources(host: string) {
  const machine = urn(DOCKER, `${host}-docker`);
  const provider = urn(`${DOCKER}$pulumi:providers:docker`, `${host}-docker-docker`);
  const app = urn("sightline:host:AppHost", host);
  const service = urn("sightline:host:AppHost$sightline:service:Promtail", `${host}-promtail`);
  const container = urn(`x$${CONTAINER}`, `${host}-promtail-container`);
  return [
    { urn: machine, type: DOCKER },
    { urn: provider, type: "pulumi:providers:docker", id: "1", parent: machine },
    { urn: app, type: "sightline:host:AppHost" },
    { urn: service, type: "sightline:service:Promtail", parent: app },
    {
      ...{ urn: container, type: CONTAINER, parent: service, provider: `${provider}::1` },
      outputs: { name: `prod-${host}-promtail` },
    },
  ];
}

const WEB = hostResources("web");
const WEB_2 = hostResources("web-2");
const MOUNT: StateResource = {
  urn: urn("command:remote:Command", "nfs-mount"),
  type: "command:remote:Command",
  dependencies: [urn("command:remote:Command", "nfs-export"), WEB_2[4]?.urn ?? ""],
  propertyDependencies: { stdin: [WEB[4]?.urn ?? ""], create: [], delete: null },
  deletedWith: WEB[0]?.urn ?? "",
};
const EXPORT: StateResource = {
  urn: urn("command:remote:Command", "nfs-export"),
  type: "command:remote:Command",
};
const state = (resources: readonly StateResource[], pending: readonly StateResource[] = []) => ({
  version: 3,
  deployment: {
    manifest: { time: "now" },
    resources,
    pending_operations: pending.map((resource) => ({ resource, type: "deleting" })),
  },
});

test("all of a host goes, and nothing of one whose name begins alike", () => {
  const { rest, forgotten } = withoutHostsResources(state([...WEB, ...WEB_2]), "web");
  expect(rest).toEqual(state(WEB_2));
  expect(forgotten).toEqual(WEB);
});

test("what its Docker was asked for goes, wherever it stands", () => {
  const provider = `${WEB[1]?.urn ?? ""}::1`;
  const stray = { urn: urn(CONTAINER, "stray"), type: CONTAINER, provider };
  const { rest } = withoutHostsResources(state([...WEB, stray, ...WEB_2]), "web");
  expect(rest).toEqual(state(WEB_2));
});

test("the site's files go, and by name what is on it and has another's name", () => {
  const component = urn("sightline:host:SiteFiles", "web-site-files");
  const files = { urn: component, type: "sightline:host:SiteFiles" };
  const put = { urn: urn("x", "web-site-files-command"), type: "x", parent: component };
  const before = state([files, put, EXPORT, ...WEB, ...WEB_2]);
  expect(withoutHostsResources(before, "web").rest).toEqual(state([EXPORT, ...WEB_2]));
  expect(withoutHostsResources(before, "web", ["nfs-export"]).rest).toEqual(state(WEB_2));
});

test("what stays depends on nothing that is gone, and is else as it was", () => {
  const before = state([...WEB, ...WEB_2, EXPORT, MOUNT]);
  const { rest } = withoutHostsResources(before, "web", ["nfs-export"]);
  const { deletedWith, ...mount } = MOUNT;
  expect(deletedWith).toBe(WEB[0]?.urn);
  const kept = {
    ...mount,
    dependencies: [WEB_2[4]?.urn],
    propertyDependencies: { stdin: [], create: [], delete: null },
  };
  expect(rest).toEqual(state([...WEB_2, kept as StateResource]));
});

test("operations that were interrupted on it go too", () => {
  const before = state([...WEB, ...WEB_2], [...WEB.slice(4), ...WEB_2.slice(4)]);
  expect(withoutHostsResources(before, "web").rest).toEqual(state(WEB_2, WEB_2.slice(4)));
});

test("a state without the host stays as it is, also an empty one", () => {
  expect(withoutHostsResources(state(WEB_2), "web")).toEqual({ rest: state(WEB_2), forgotten: [] });
  const empty: ExportedState = { deployment: {} };
  expect(withoutHostsResources(empty, "web").forgotten).toEqual([]);
});

test("only what Docker keeps has a name there", () => {
  expect(WEB.map(dockerName)).toEqual([
    ...[undefined, undefined, undefined, undefined],
    "container prod-web-promtail",
  ]);
});
