import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parseSettings, type Settings } from "../../configs/settings/settings";
import { editLoopback } from "../lib/loopback-addresses";
import { lastSetup } from "../setup/setup";
import { localBackend } from "../stack/backend";
import { LocalStack } from "../stack/stack";
import { editStackFile } from "../stack/stack-file";
import { measured, type Usage } from "./process-tree";

const NAME = "fleet-bench";
const KEYS = ["environment", "site", "hosts", "logs", "mail", "publish"] as const;

/** The address of the nth host; the monitoring host is 0. */
export function addressOf(index: number): string {
  return `10.77.0.${index + 1}`;
}

/** A stack with any number of app hosts, all of which are this machine's Docker. */
export class FleetStack {
  private constructor(
    private readonly folder: string,
    private readonly stack: LocalStack,
    private readonly most: number,
  ) {}

  /** @param most how many app hosts there will be at most */
  static async create(most: number): Promise<FleetStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-fleet-bench-"));
    await editLoopback("replace", addressesOf(most));
    for (const log of ["nginx", "app", "redis"]) await mkdir(path.join(folder, log));
    const setup = await lastSetup();
    const file = path.join(folder, `Pulumi.${NAME}.yaml`);
    const environment = { ...setup.environment, ...(await localBackend(folder)) };
    const fleet = new FleetStack(folder, new LocalStack(NAME, environment, file), most);
    await writeFile(file, "config: {}\n");
    await fleet.stack.prepare(setup);
    return fleet;
  }

  /** Settings with so many app hosts, written for the next command. */
  async settings(hosts: number): Promise<Settings> {
    const raw = settingsOf(hosts, this.folder);
    const edits = KEYS.map((key) => [`sightline:${key}`, raw[key]] as const);
    await editStackFile(this.stack.file, Object.fromEntries(edits));
    return parseSettings(raw, NAME);
  }

  async measure(words: readonly string[]): Promise<Usage> {
    return measured(() => this.stack.run([...words, "--non-interactive", "--suppress-outputs"]));
  }

  async destroy(): Promise<void> {
    await this.stack.run(["destroy", "--yes", "--skip-preview", "--non-interactive"]);
  }

  /** Takes away whatever there is of it. */
  async remove(): Promise<void> {
    try {
      await this.destroy();
    } finally {
      await editLoopback("delete", addressesOf(this.most));
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

function addressesOf(most: number): readonly string[] {
  return Array.from({ length: most + 1 }, (_, index) => addressOf(index));
}

function settingsOf(count: number, folder: string) {
  const apps = Array.from({ length: count }, (_, index) => [
    `web-${index + 1}`,
    { endpoint: "local", address: addressOf(index + 1) },
  ]);
  const directory = (name: string) => path.join(folder, name);
  return {
    environment: "bench",
    site: {
      name: "website",
      pageUrl: `http://${addressOf(0)}:8080`,
      apiUrl: `http://${addressOf(0)}:8080/api/health`,
    },
    hosts: {
      monitoring: { endpoint: "local", address: addressOf(0) },
      ...(Object.fromEntries(apps) as object),
    },
    logs: {
      retention: "7d",
      storage: { kind: "filesystem" },
      directories: {
        nginx: directory("nginx"),
        app: directory("app"),
        redis: directory("redis"),
      },
    },
    mail: { kind: "catcher", to: ["ops@example.com"] },
    publish: { grafana: 23000, prometheus: 29090, alertmanager: 29093, mail: 21080, loki: 23100 },
  };
}
