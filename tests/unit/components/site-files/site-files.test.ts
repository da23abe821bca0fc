import { devRaw, HOST_KEY, onHosts, prodRaw, type Raw } from "../../../support/fixtures";
import { type Recorded, resourceOf, runProgram } from "../../../support/mocks";
import { revealed } from "../../../support/outputs";

const COMPOSE = { directory: "/srv/shop", services: { nginx: "web" } };
const LOGS = { logs: { directories: { nginx: "/srv/shop/data/logs/nginx" } } };

async function resourcesOf(stack: string, raw: Raw): Promise<readonly Recorded[]> {
  return (await runProgram({ stack, raw })).resources;
}

it("without compose there is no such resource", async () => {
  const resources = await resourcesOf("dev", devRaw());
  expect(resources.filter(({ type }) => /SiteFiles|command:/.test(type))).toEqual([]);
});

it("on this machine, a shell here reads the script", async () => {
  const raw = devRaw({ hosts: { app: { compose: COMPOSE } }, ...LOGS });
  const command = resourceOf(
    await resourcesOf("dev", raw),
    "local:Command",
    "app-site-files-command",
  );
  expect(command).toMatchObject({
    parent: "sightline:host:SiteFiles::app-site-files",
    deleteBeforeReplace: true,
    inputs: {
      create: "sh -s put",
      delete: "sh -s undo",
      triggers: ["local", "/srv/shop"],
      addPreviousOutputInEnv: false,
    },
  });
  expect(command.inputs.stdin).toContain("DIRECTORY='/srv/shop'\n");
  expect(command.inputs.stdin).toContain("web|./data/logs/nginx|/var/log/nginx\n");
});

it("on another host, a shell there does, over a connection whose host key is checked", async () => {
  const raw = onHosts({ shop: { compose: COMPOSE }, monitoring: {} }, LOGS);
  const resources = await resourcesOf("prod", raw);
  const { inputs } = resourceOf(resources, "remote:Command", "shop-site-files-command");
  expect(inputs).toMatchObject({
    create: "sh -s put",
    triggers: ["ssh://deploy@10.0.0.1", "/srv/shop"],
  });
  expect(revealed(inputs.connection)).toMatchObject({
    host: "10.0.0.1",
    user: "deploy",
    hostKey: HOST_KEY,
  });
  expect(inputs).not.toHaveProperty("update");
});

const SHOP = { monitoring: {}, shop: { compose: COMPOSE } };

it("comes before the log agent of its host, and goes after it; nothing else waits for it", async () => {
  const resources = await resourcesOf("prod", onHosts({ ...SHOP, other: {} }, LOGS));
  const waiting = resources.filter(({ dependencies }) =>
    dependencies.includes("shop-site-files-command"),
  );
  expect(waiting.map(({ name }) => name)).toEqual(["shop-promtail-container"]);
});

it("comes before Alloy as well", async () => {
  const logs = { ...LOGS.logs, agent: "alloy" };
  const resources = await resourcesOf("prod", onHosts(SHOP, { logs }));
  const agent = resourceOf(resources, "Container", "shop-alloy-container");
  expect(agent.dependencies).toContain("shop-site-files-command");
});

it("comes before the folders that it makes are exported over NFS", async () => {
  const resources = await resourcesOf("prod", prodRaw({ hosts: { app: { compose: COMPOSE } } }));
  const { dependencies } = resourceOf(resources, "Command", "nfs-export");
  expect(dependencies).toEqual(["app-site-files-command"]);
});
