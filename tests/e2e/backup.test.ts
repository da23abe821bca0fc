import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";

import { type Manifest, readManifest, writeManifest } from "../../tools/backup/manifest";
import { installDebianPackages } from "../../tools/docker/apt";
import { repositoryRoot } from "../../tools/lib/paths";
import { editedText } from "../../tools/stack/stack-file";
import { lines } from "../support/docker-cleanup";
import { grafanaStandIn, removeImage } from "../support/grafana-image";
import { quiet } from "../support/quiet";
import { Servers } from "../support/servers";
import { SshServer } from "../support/ssh-server";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";
import { describeWhenAsked } from "../support/when-asked";

/**
 * What a stack keeps is copied, its host lost, the stack made anew, and all of it is found again: the real
 * engine, servers and commands. Where there is no image of Grafana, a stand-in has its volume.
 *
 * The tests run in order and build on each other.
 */
const MINUTE = 60_000;
const BOOTSTRAP = path.join(repositoryRoot, "tools", "bootstrap.mjs");
const GRAFANA = "sightline-grafana-stand-in:13.0.0";

// With all else, only in `npm run test:full`.
const maybe = describeWhenAsked("SIGHTLINE_BACKUP_STACK");

maybe("what a stack keeps", () => {
  let stack: TestStack;
  let servers: Servers;
  let folder: string;
  let backup: string;
  /** A moment before the backup, as Unix seconds. */
  let before: number;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "sightline-backup-test-"));
    await grafanaStandIn(GRAFANA);
    stack = await TestStack.create("backup", {
      "sightline:site.dockerNetwork": undefined,
      "sightline:logs.directories": {},
      "sightline:grafana": { enabled: true },
    });
    if (!stack.hasGrafana) {
      await stack.edit({ "sightline:images.grafana": GRAFANA });
      await stack.setSecret("sightline:grafanaAdminPassword", "a-password-of-the-test");
    }
    servers = new Servers(stack);
    await stack.up();
  }, 10 * MINUTE);

  afterAll(async () => {
    await (stack as TestStack | undefined)?.remove();
    await removeImage(GRAFANA).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }, 5 * MINUTE);

  /** `npm run <words>` beside the stack. */
  function begin(...words: string[]) {
    const child = spawn(process.execPath, [BOOTSTRAP, ...words], {
      cwd: repositoryRoot,
      env: { ...process.env, ...stack.beside },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += String(chunk)));
    child.stderr.on("data", (chunk: Buffer) => (said += String(chunk)));
    return { child, said: () => said };
  }

  async function run(...words: string[]): Promise<{ code: number | null; said: string }> {
    const { child, said } = begin(...words);
    const code = await exitCode(child);
    console.log(said());
    return { code, said: said() };
  }

  async function exitCode(child: ChildProcess): Promise<number | null> {
    return ((await once(child, "close")) as [number | null])[0];
  }

  const inGrafana = (script: string) =>
    quiet`docker exec ${stack.container("grafana")} sh -c ${script}`;

  async function silence(comment: string): Promise<void> {
    const now = Date.now();
    const response = await fetch(`${stack.pageUrl("alertmanager")}/api/v2/silences`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        matchers: [{ name: "alertname", value: "Nothing", isRegex: false }],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 60 * MINUTE).toISOString(),
        createdBy: "test",
        comment,
      }),
    });
    expect(response.status).toBe(200);
  }

  /** Whether Prometheus answered itself then, by the samples that it has. */
  async function sampleAt(seconds: number): Promise<readonly string[]> {
    const query = `query=${encodeURIComponent('up{job="prometheus"}')}&time=${seconds}`;
    const answer = await fetch(`${stack.pageUrl("prometheus")}/api/v1/query?${query}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return data.result.map(({ value }) => value[1]);
  }

  /** What each server has that only data of before can tell. */
  async function marks(): Promise<Readonly<Record<string, unknown>>> {
    const silences = await fetch(`${stack.pageUrl("alertmanager")}/api/v2/silences`);
    return {
      alertmanager: ((await silences.json()) as { comment: string }[]).map(
        ({ comment }) => comment,
      ),
      grafana: await inGrafana("cat /var/lib/grafana/mark 2>/dev/null || echo none"),
      loki: await servers.logLines('{job="mark"}'),
      prometheus: await sampleAt(before),
    };
  }

  const REST = {
    grafana: "a file of before",
    loki: ["a line of before"],
    prometheus: ["1"],
  };
  const MARKS = { alertmanager: ["a silence of before"], ...REST };
  const NO_MARKS = { alertmanager: [], grafana: "none", loki: [], prometheus: [] };

  /** Containers of the stack by name and identity: a backup starts them again, and makes none anew. */
  async function identities(): Promise<readonly string[]> {
    return (await stack.running()).map((line) => line.split(" ").slice(0, 2).join(" "));
  }

  /** Helpers that are there, and folders of ours in the volumes. */
  async function leftovers(): Promise<readonly string[]> {
    const helpers = lines(
      await quiet`docker ps --all --filter ${`name=^/${stack.name}-.*-backup$`} --format {{.Names}}`,
    );
    const volumes =
      await quiet`docker volume inspect --format {{.Mountpoint}} ${stack.container("alertmanager-data")} ${stack.container("prometheus-data")} ${stack.container("loki-data")} ${stack.container("grafana-data")}`;
    const entries = await Promise.all(lines(volumes).map((one) => readdir(one)));
    return [...helpers, ...entries.flat().filter((name) => name.startsWith(".sightline-"))];
  }

  test(
    "a backup has every volume, for its owner alone, and the engine sees no change",
    async () => {
      await servers.pushLines({ job: "mark" }, ["a line of before"]);
      await silence("a silence of before");
      await inGrafana("echo 'a file of before' >/var/lib/grafana/mark");
      await waitFor(
        { what: "a sample of Prometheus", deadlineMs: 30_000 },
        () => servers.query('up{job="prometheus"}'),
        (seen) => seen.prometheus === 1,
      );
      before = Date.now() / 1_000;
      expect(await marks()).toEqual(MARKS);
      const there = await identities();
      const { code, said } = await run("backup", "--out", folder);
      expect(code).toBe(0);
      backup = /^The backup is whole .*: (.*)$/m.exec(said)?.[1] ?? "";
      const { volumes } = await readManifest(backup);
      expect(volumes.map(({ volume }) => volume)).toEqual([
        "backup-promtail-positions",
        "backup-app-promtail-positions",
        "backup-alertmanager-data",
        "backup-grafana-data",
        "backup-loki-data",
        "backup-prometheus-data",
      ]);
      const files = [".", "manifest.json", ...volumes.map(({ file }) => file)];
      const modes = files.map(async (file) => (await stat(path.join(backup, file))).mode & 0o777);
      expect(await Promise.all(modes)).toEqual([0o700, ...files.slice(1).map(() => 0o600)]);
      expect(await identities()).toEqual(there);
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
      expect(await leftovers()).toEqual([]);
    },
    5 * MINUTE,
  );

  test(
    "where the host is lost, and the stack not deployed anew, what is missing is named",
    async () => {
      await stack.loseHost();
      await stack.beginAnew();
      const { code, said } = await run("restore", backup, "--yes");
      expect(code).toBe(1);
      expect(said).toContain(
        "  - backup-prometheus: must be deployed on monitoring; got no such container. Fix: pulumi up --stack backup",
      );
      expect(await stack.leftovers()).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "a stack made anew has it all after a restore, and the engine sees no change",
    async () => {
      await stack.up();
      expect(await marks()).toEqual(NO_MARKS);
      const there = await identities();
      const { code } = await run("restore", backup, "--yes");
      expect(code).toBe(0);
      expect(await marks()).toEqual(MARKS);
      expect(await identities()).toEqual(there);
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
      expect(await leftovers()).toEqual([]);
    },
    8 * MINUTE,
  );

  test(
    "owners and modes are those of before",
    async () => {
      const of = async (name: string) => {
        const at =
          await quiet`docker volume inspect --format {{.Mountpoint}} ${stack.container(name)}`;
        const { uid, gid } = await stat(path.join(at, "wal"));
        return `${uid}:${gid}`;
      };
      expect(await of("prometheus-data")).toBe("65534:65534");
      expect(await of("loki-data")).toBe("10001:10001");
    },
    MINUTE,
  );

  /** A copy of the backup with another file for a volume. */
  async function otherBackup(
    name: string,
    key: string,
    change: (file: string) => Promise<void>,
    { isDeclared }: { readonly isDeclared: boolean },
  ): Promise<string> {
    const other = path.join(folder, name);
    await cp(backup, other, { recursive: true });
    const manifest: Manifest = await readManifest(other);
    const file = path.join(other, `${key}.tar.gz`);
    await change(file);
    if (!isDeclared) return other;
    const bytes = await readFile(file);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await writeManifest(other, {
      ...manifest,
      volumes: manifest.volumes.map((volume) =>
        path.basename(file) === volume.file ? { ...volume, bytes: bytes.length, sha256 } : volume,
      ),
    });
    return other;
  }

  test(
    "a damaged backup is refused, and no server is touched",
    async () => {
      const flip = async (file: string) => {
        const bytes = await readFile(file);
        const middle = Math.floor(bytes.length / 2);
        bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
        await writeFile(file, bytes);
      };
      const damaged = await otherBackup("damaged", "loki-data", flip, { isDeclared: false });
      const since = await stack.running();
      const { code, said } = await run("restore", damaged, "--yes");
      expect(code).toBe(1);
      expect(said).toContain(
        "  - loki-data.tar.gz: must be as the manifest says; got other bytes (its sha256 differs).",
      );
      expect(await stack.running()).toEqual(since);
    },
    MINUTE,
  );

  test(
    "where a server does not start with what it is given, all have what they had",
    async () => {
      await silence("a silence of later");
      const later = Date.now() / 1_000;
      expect(await sampleAt(later)).toEqual(["1"]);
      // A file of Alertmanager's that is a folder.
      const unreadable = async (file: string) => {
        const source = await mkdtemp(path.join(folder, "unreadable-"));
        await mkdir(path.join(source, "silences"), { mode: 0o777 });
        await quiet`tar -czf ${file} -C ${source} .`;
      };
      const broken = await otherBackup("broken", "alertmanager-data", unreadable, {
        isDeclared: true,
      });
      // Prometheus comes first, and has data of the backup by then.
      const words = ["--yes", "--only", "alertmanager,prometheus"];
      const { code, said } = await run("restore", broken, ...words);
      expect(code).toBe(1);
      expect(said).toContain("prometheus has its data of then");
      expect(said).toMatch(/backup-alertmanager ended \d+ times/);
      const { alertmanager, ...rest } = await marks();
      expect(rest).toEqual(REST);
      expect([...(alertmanager as string[])].sort()).toEqual([
        "a silence of before",
        "a silence of later",
      ]);
      expect(await sampleAt(later)).toEqual(["1"]);
      expect(await leftovers()).toEqual([]);
    },
    3 * MINUTE,
  );

  /** The same stack for a command that reaches its host over ssh. */
  async function overSsh<T>(ssh: SshServer, work: () => Promise<T>): Promise<T> {
    const host = {
      endpoint: `ssh://${userInfo().username}@127.0.0.1:${ssh.port}`,
      hostKey: ssh.hostKey,
      identityFile: ssh.identityFile,
    };
    const edit = [["sightline:hosts"], { app: host, monitoring: host }] as const;
    return stack.withFile((text) => editedText(text, [edit]), work);
  }

  test(
    "a host that is reached over ssh is copied and restored just so",
    async () => {
      await installDebianPackages(["openssh-server"], { toolName: "sshd" });
      const ssh = await SshServer.start();
      try {
        await overSsh(ssh, async () => {
          const only = ["--only", "alertmanager,prometheus"];
          const { code, said } = await run("backup", "--direct", ...only, "--out", folder);
          expect(code).toBe(0);
          await silence("a silence after that");
          const made = /^The backup is whole .*: (.*)$/m.exec(said)?.[1] ?? "";
          expect((await run("restore", made, "--yes")).code).toBe(0);
        });
      } finally {
        await ssh.stop();
      }
      const { alertmanager, ...rest } = await marks();
      expect([...(alertmanager as string[])].sort()).toEqual([
        "a silence of before",
        "a silence of later",
      ]);
      expect(rest).toEqual(REST);
      expect(await leftovers()).toEqual([]);
    },
    4 * MINUTE,
  );

  describe("a backup that ends while a server is stopped", () => {
    const server = () => stack.container("alertmanager");
    const state = () => quiet`docker inspect --format {{.State.Status}} ${server()}`;
    const stateIs = async (wanted: string) =>
      waitFor(
        { what: `Alertmanager is ${wanted}`, deadlineMs: MINUTE, everyMs: 20 },
        state,
        (seen) => seen === wanted,
      );

    /** With so much to copy that it is not over at once. */
    async function untilCopied(name: string) {
      const fill = "dd if=/dev/urandom of=/alertmanager/ballast bs=1M count=300";
      await quiet`docker exec ${server()} sh -c ${fill}`;
      const out = path.join(folder, name);
      const run = begin("backup", "--only", "alertmanager", "--out", out);
      await stateIs("exited");
      return { ...run, out };
    }

    afterEach(() => quiet`docker exec ${server()} rm -f /alertmanager/ballast`);

    test(
      "by an interruption starts it, and leaves nothing",
      async () => {
        const { child, said, out } = await untilCopied("interrupted");
        child.kill("SIGINT");
        expect([await exitCode(child), said()]).toEqual([
          130,
          expect.stringContaining("SIGINT: what was stopped is started, and the backup given up …"),
        ]);
        expect(await state()).toBe("running");
        expect(await readdir(out)).toEqual([]);
        expect(await leftovers()).toEqual([]);
      },
      3 * MINUTE,
    );

    test(
      "by kill -9 has it started all the same, and the next one cleans up",
      async () => {
        const { child } = await untilCopied("killed");
        const command = await quiet`pgrep --parent ${String(child.pid)}`;
        for (const pid of [...lines(command).map(Number), child.pid ?? 0])
          process.kill(pid, "SIGKILL");
        await stateIs("running");
        await quiet`docker exec ${server()} rm -f /alertmanager/ballast`;
        const { code } = await run("backup", "--only", "alertmanager", "--direct", "--out", folder);
        expect(code).toBe(0);
        expect(await leftovers()).toEqual([]);
      },
      3 * MINUTE,
    );
  });

  test(
    "destroy leaves nothing",
    async () => {
      await stack.destroy();
      expect(await stack.leftovers()).toEqual([]);
    },
    3 * MINUTE,
  );
});
