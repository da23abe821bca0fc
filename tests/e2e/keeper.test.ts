import { KEEPER_IMAGE } from "../../configs/keeper";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup, type Setup } from "../../tools/setup/setup";
import { KeeperRun } from "../support/keeper-run";
import { quiet } from "../support/quiet";
import { waitFor } from "../support/wait";

/**
 * The keeper's contract, with a real Alertmanager: a good file goes live, a bad one is refused and
 * the good one stays in force, and nothing of it restarts the server.
 */
const PREFIX = "sightline-keeper-test";
const MINUTE = 60_000;

let setup: Setup;
let run: KeeperRun;

beforeAll(async () => {
  setup = await lastSetup();
  run = await KeeperRun.create(PREFIX);
}, MINUTE);

afterAll(() => run.remove(), MINUTE);

function deploy(content: string): Promise<void> {
  const RELOAD_URL = `http://${PREFIX}-server:9093/-/reload`;
  return run.deploy({ "alertmanager.yml": content }, { RELOAD_URL });
}

const statusIs = (status: string) => run.statusIs(status);

/** The receiver of the configuration that the server runs. */
async function receiverInForce(): Promise<string> {
  const config =
    await quiet`docker exec ${`${PREFIX}-server`} wget -q -O - http://127.0.0.1:9093/api/v2/status`;
  const { config: running } = JSON.parse(config) as { config: { original: string } };
  return /receiver: (\S+)/.exec(running.original)?.[1] ?? "none";
}

const goodFile = (receiver: string) =>
  `route: { receiver: ${receiver} }\nreceivers: [{ name: ${receiver} }]\n`;

test(
  "before its server exists a keeper puts the files in place and is content",
  async () => {
    await deploy(goodFile("first"));
    await statusIs("absent");
  },
  MINUTE,
);

test(
  "the server starts with the files that are in force",
  async () => {
    const server = [
      ...[
        "--name",
        `${PREFIX}-server`,
        "--network",
        PREFIX,
        "--read-only",
        "--tmpfs",
        "/alertmanager",
      ],
      ...["--volume", `${PREFIX}:/etc/sightline:ro`, "--user", "0:0"],
    ];
    const args = [
      "--config.file=/etc/sightline/current/alertmanager.yml",
      "--storage.path=/alertmanager",
    ];
    const image = setup.images.alertmanager ?? OFFICIAL_IMAGES.alertmanager;
    await quiet`docker run --detach ${server} ${image} ${args} --cluster.listen-address=`;
    await statusIs("live");
    expect(await receiverInForce()).toBe("first");
  },
  MINUTE,
);

test(
  "a good file goes live in the running server",
  async () => {
    const started = await quiet`docker inspect --format {{.State.StartedAt}} ${`${PREFIX}-server`}`;
    await deploy(goodFile("second"));
    await statusIs("live");
    expect(await receiverInForce()).toBe("second");
    expect(await quiet`docker inspect --format {{.State.StartedAt}} ${`${PREFIX}-server`}`).toBe(
      started,
    );
  },
  MINUTE,
);

test(
  "a bad file is refused with the server's reason, and the good one stays in force",
  async () => {
    await deploy("route: { receiver: ghost }\nreceivers: [{ name: third }]\n");
    await statusIs("refused");
    const said = await quiet`docker logs ${`${PREFIX}-keeper`}`;
    expect(said).toContain('undefined receiver "ghost"');
    expect(said).toContain("stays in force");
    expect(await receiverInForce()).toBe("second");
  },
  MINUTE,
);

test(
  "a restart of the refused keeper does not bring the bad file back",
  async () => {
    await quiet`docker restart --time 2 ${`${PREFIX}-keeper`}`;
    await waitFor(
      { what: "the keeper's second refusal", deadlineMs: 30_000 },
      () => quiet`docker logs ${`${PREFIX}-keeper`}`,
      (said) => said.includes("was refused before"),
    );
    await quiet`docker restart --time 2 ${`${PREFIX}-server`}`;
    await waitFor(
      { what: "the receiver after both restarts", deadlineMs: 30_000 },
      receiverInForce,
      (receiver) => receiver === "second",
    );
  },
  2 * MINUTE,
);

test(
  "the same bad file is refused again, and a corrected one goes live",
  async () => {
    await deploy("route: { receiver: ghost }\nreceivers: [{ name: third }]\n");
    await statusIs("refused");
    await deploy(goodFile("third"));
    await statusIs("live");
    expect(await receiverInForce()).toBe("third");
  },
  MINUTE,
);

test(
  "a secret file is readable by its server's user alone, whoever uploaded it",
  async () => {
    const secrets = await KeeperRun.create(`${PREFIX}-secrets`);
    await secrets.deploy({ password: "only-for-472" }, { OWNER_UID: "472" });
    await secrets.statusIs("live");
    const read = (user: string) =>
      quiet`docker run --rm --network none --user ${user} --cap-drop ALL --volume ${`${PREFIX}-secrets:/volume:ro`} --entrypoint cat ${setup.images.keeper ?? KEEPER_IMAGE} /volume/current/password`;
    expect(await read("472:0")).toBe("only-for-472");
    await expect(read("65534:65534")).rejects.toThrow("Permission denied");
    await secrets.remove();
  },
  MINUTE,
);
