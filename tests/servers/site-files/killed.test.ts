import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { DockerStandIn } from "../../support/docker-stand-in";
import { exampleSite, runSiteScript, SiteCopy } from "../../support/site-copy";

jest.setTimeout(600_000);

/** Whatever the scripts change, one of these changes it, or one of these follows. */
const PROGRAMS = ["chmod", "cp", "ln", "mkdir", "mv", "rm", "rmdir"];
const ENV = "A=1\nCOMPOSE_FILE=docker-compose.yml:prod.yml\nB=2\n";

let open: KillableSite[] = [];

afterEach(() => {
  for (const site of open) site.remove();
  open = [];
});

/** A site whose scripts are killed, as by the machine's end, before their nth change of a file. */
class KillableSite {
  private readonly copy = new SiteCopy(ENV);
  private readonly docker = new DockerStandIn({
    workingDir: this.copy.folder,
    configFiles: "docker-compose.yml,prod.yml",
    exec: "",
  });
  private readonly counter = join(this.docker.folder, "count");

  constructor() {
    open.push(this);
    for (const name of PROGRAMS) {
      this.docker.program(name, [
        'count=$(($(cat "$COUNTER" 2>/dev/null || echo 0) + 1))',
        'echo "$count" >"$COUNTER"',
        'if [ "$count" = "$KILL_AT" ]; then kill -9 "$PPID"; exit 1; fi',
        `exec /bin/${name} "$@"`,
      ]);
    }
  }

  /** Returns how many changes it made. @param killAt the change that it does not live to make */
  public async run(action: "put" | "undo", killAt = 0): Promise<number> {
    rmSync(this.counter, { force: true });
    const site = exampleSite(this.copy.folder, { nginxFormat: "nginx" });
    const result = await runSiteScript(site, action, {
      PATH: this.docker.path,
      COUNTER: this.counter,
      KILL_AT: String(killAt),
    });
    if (killAt === 0) expect(result).toMatchObject({ code: 0, stderr: "" });
    return existsSync(this.counter) ? Number(readFileSync(this.counter, "utf8")) : 0;
  }

  public snapshot(): Readonly<Record<string, string>> {
    return this.copy.snapshot();
  }

  /** What is there for the site, without our notes and times. */
  public result(): readonly (readonly [string, string])[] {
    return Object.entries(this.snapshot())
      .filter(([path]) => !path.startsWith(".sightline/"))
      .map(([path, state]) => [path, state.replace(/ [\d.]+$/, "")] as const);
  }

  public remove(): void {
    this.copy.remove();
    this.docker.remove();
  }
}

it("a put that is killed anywhere is finished by the next, and can be taken back", async () => {
  const clean = new KillableSite();
  const before = clean.snapshot();
  const changes = await clean.run("put");
  const wanted = clean.result();
  expect(changes).toBeGreaterThan(20);
  for (let killAt = 1; killAt <= changes; killAt += 1) {
    const site = new KillableSite();
    await site.run("put", killAt);
    await site.run("put");
    expect([killAt, site.result()]).toEqual([killAt, wanted]);
    await site.run("undo");
    expect([killAt, site.snapshot()]).toEqual([killAt, before]);
  }
});

it("a put that is killed anywhere can be taken back at once", async () => {
  const clean = new KillableSite();
  const before = clean.snapshot();
  const changes = await clean.run("put");
  for (let killAt = 1; killAt <= changes; killAt += 1) {
    const site = new KillableSite();
    await site.run("put", killAt);
    await site.run("undo");
    expect([killAt, site.snapshot()]).toEqual([killAt, before]);
  }
});

it("an undo that is killed anywhere is finished by the next", async () => {
  const clean = new KillableSite();
  const before = clean.snapshot();
  await clean.run("put");
  const changes = await clean.run("undo");
  expect(changes).toBeGreaterThan(10);
  for (let killAt = 1; killAt <= changes; killAt += 1) {
    const site = new KillableSite();
    await site.run("put");
    await site.run("undo", killAt);
    await site.run("undo");
    expect([killAt, site.snapshot()]).toEqual([killAt, before]);
  }
});
