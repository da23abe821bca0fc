import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";

import type { AlertName } from "../../configs/thresholds/thresholds";
import { EXPORTER_IMAGE_NAMES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { databaseImage, MARIADB_COMMAND, POSTGRES_COMMAND } from "../support/database-image";
import { DockerDaemon } from "../support/docker-daemon";
import { ExporterLab } from "../support/exporter-lab";
import { devSettings, EXPORTERS_RAW } from "../support/fixtures";
import { DOCUMENTED, labelSet, liveInventory, metricsIn } from "../support/live-inventory";
import { judge } from "../support/live-queries";
import {
  mongodbCommand,
  mongodbImage,
  type MongodbState,
  mongodbSays,
} from "../support/mongodb-stand-in";
import { JENKINS_CONF, NGINX_CONF, nginxCommand } from "../support/nginx-pages";
import { prometheusWatch } from "../support/prometheus-watch";
import { allQueries } from "../support/queries";
import { Answers } from "../support/query-answers";
import { quiet } from "../support/quiet";
import { RABBITMQ_COMMAND, rabbitmqImage, waitingMessages } from "../support/rabbitmq-image";
import { waitFor } from "../support/wait";

/**
 * Exporters as a stack has them, real ones, beside real servers from Debian (or their official
 * images), and a real Prometheus with the stack's own files. Two are stand-ins: Jenkins is a page with
 * the names that its plugin documents, MongoDB a program that answers what the exporter asks.
 */
const MINUTE = 60_000;

jest.setTimeout(2 * MINUTE);

const settings = devSettings({
  // The exporter of PostgreSQL takes more than a second to be sure that its server is away.
  intervals: { scrape: "3s", evaluation: "1s" },
  hosts: { app: { exporters: EXPORTERS_RAW } },
  alerts: {
    DockerDown: { for: "2s" },
    DockerHealthChecksNotRun: { above: 3 },
    JenkinsDown: { for: "2s" },
    JenkinsNodeOffline: { for: "2s" },
    JenkinsQueueLong: { above: 3, for: "2s" },
    MongodbConnectionsNearLimit: { for: "2s" },
    MongodbDown: { for: "2s" },
    MongodbMemberDown: { for: "2s" },
    MongodbReplicationLag: { for: "2s" },
    MysqlDown: { for: "2s" },
    NginxDown: { for: "2s" },
    PostgresDown: { for: "2s" },
    RabbitmqBacklog: { above: 10, for: "2s" },
    RabbitmqDown: { for: "2s" },
    RabbitmqPublishersBlocked: { for: "2s" },
    RedisDown: { for: "2s" },
    ZombieProcesses: { above: 3, for: "2s" },
  },
});

const PASSWORD = 'p"a\\ss$1';
/** Its exporter takes fewer characters. */
const MYSQL_PASSWORD = "p#a;ss=1";
let lab: ExporterLab;
let daemon: DockerDaemon | undefined;

beforeAll(async () => {
  lab = await ExporterLab.start(settings);
  const { nginx, redis } = (await lastSetup()).websiteImages;
  await lab.startServer({ name: "nginx", image: nginx, command: nginxCommand(NGINX_CONF) });
  await lab.startServer({ name: "jenkins", image: nginx, command: nginxCommand(JENKINS_CONF) });
  await lab.startServer({
    name: "rabbitmq",
    image: await rabbitmqImage(),
    command: RABBITMQ_COMMAND,
  });
  await lab.startServer({
    name: "mongodb",
    image: await mongodbImage(),
    command: mongodbCommand("sightline", PASSWORD),
  });
  // Its network is the daemon's.
  const idle = { image: redis, options: ["--entrypoint", "sleep"], command: ["infinity"] };
  await lab.startServer({ name: "docker", ...idle });
  // Before the exporter, which names a program once: by what it is when first seen.
  await lab.startServer({ name: "neglect", ...idle });
  daemon = await DockerDaemon.start(lab.container("docker"));
  await lab.startServer({
    name: "redis",
    image: redis,
    command: ["redis-server", "--requirepass", PASSWORD, "--maxmemory", "20mb", "--save", ""],
  });
  await startDatabases();
  await lab.startExporters({
    "mongodb-password": PASSWORD,
    "mysql-password": MYSQL_PASSWORD,
    "postgres-password": PASSWORD,
    "redis-password": PASSWORD,
  });
  await lab.startPrometheus();
  // Where the exporters' images are not there yet, their programs are compiled.
}, 30 * MINUTE);

afterAll(async () => {
  await daemon?.remove();
  await lab.stop();
}, MINUTE);

async function startDatabases(): Promise<void> {
  const image = await databaseImage();
  const postgres = ["--user", "postgres"];
  await lab.startServer({ name: "postgres", image, options: postgres, command: POSTGRES_COMMAND });
  const mysql = ["--user", "mysql"];
  await lab.startServer({ name: "mysql", image, options: mysql, command: MARIADB_COMMAND });
  const ready = { deadlineMs: MINUTE, everyMs: 300 };
  const isReady = (answer: string) => answer.trim() === "1";
  await waitFor({ what: "PostgreSQL is ready", ...ready }, () => psql("select 1"), isReady);
  await waitFor({ what: "MariaDB is ready", ...ready }, () => mariadb("select 1"), isReady);
  await psql(`create role sightline login password '${PASSWORD}'`);
  await psql("grant pg_monitor to sightline");
  await mariadb(`create user sightline@'%' identified by '${MYSQL_PASSWORD}'`);
  await mariadb("grant process, replication client, select on *.* to sightline@'%'");
}

function psql(sql: string): Promise<string> {
  return lab.run("postgres", ["psql", "-h", "/tmp", "-U", "postgres", "-Atc", sql]);
}

function mariadb(sql: string): Promise<string> {
  return lab.run("mysql", ["mariadb", "--socket=/tmp/mysqld.sock", "-uroot", "-Nse", sql]);
}

const { alertIs, becomes, samples } = prometheusWatch(() => lab.origin);

const TARGETS = ["docker-daemon", "jenkins", "rabbitmq"] as const;
const TOOLS = [...EXPORTER_IMAGE_NAMES, ...TARGETS];

describe("every exporter", () => {
  it.each(TOOLS)("answers Prometheus under the app host's labels: %s", async (tool) => {
    await becomes(`up{job="${tool}",host="app",env="dev",service="app-${tool}"}`, 1);
  });
});

describe("nginx", () => {
  it("is told with the number of connections that wait, and counts requests", async () => {
    const url = `http://${await lab.addressOf("nginx")}/`;
    const agent = new Agent({ keepAlive: true, maxSockets: 5, maxFreeSockets: 5 });
    const request = () =>
      new Promise<void>((done, failed) => {
        get(url, { agent }, (answer) => answer.resume().on("end", done)).on("error", failed);
      });
    try {
      await Promise.all(Array.from({ length: 5 }, request));
      await becomes("nginx_up", 1);
      await becomes("nginx_connections_waiting", 5);
      // The exporter's own request is the one that is being answered.
      await becomes("nginx_connections_writing", 1);
      await becomes("nginx_connections_accepted - nginx_connections_handled", 0);
    } finally {
      agent.destroy();
    }
    await becomes("nginx_connections_waiting", 0);
  });

  it("fires when it is stopped while its exporter goes on, and resolves", async () => {
    await lab.docker("stop", "nginx");
    const labels = await alertIs("NginxDown", true);
    expect(labels).toMatchObject({ host: "app", service: "app-nginx-exporter", env: "dev" });
    await becomes('up{job="nginx-exporter"}', 1);
    await lab.docker("start", "nginx");
    await alertIs("NginxDown", false);
  });
});

describe("Redis", () => {
  const cli = (...command: readonly string[]) =>
    lab.run("redis", ["redis-cli", "--no-auth-warning", "-a", PASSWORD, ...command]);

  it("is read with its password, and told with keys, limit and clients", async () => {
    await becomes("redis_up", 1);
    await cli("mset", "one", "1", "two", "2", "three", "3");
    await becomes('redis_db_keys{db="db0"}', 3);
    await becomes("redis_memory_max_bytes", 20 * 2 ** 20);
    const sockets = await clients(4);
    try {
      // And the exporter itself.
      await becomes("redis_connected_clients", 5);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it("fires when it is nearly full, and when it refuses clients", async () => {
    await cli("config", "set", "maxmemory", "1");
    await cli("config", "set", "maxclients", "2");
    const sockets = await clients(6);
    // The exporter is one of those who are refused, and cannot say more than that.
    await becomes("redis_up", 0);
    for (const socket of sockets) socket.destroy();
    await alertIs("RedisConnectionsRefused", true);
    expect(await samples(ruleOf("RedisMemoryNearLimit"))).toHaveLength(1);
    await waitFor(
      { what: "a free place", deadlineMs: 20_000 },
      () => cli("config", "set", "maxmemory", "20mb", "maxclients", "100"),
      (answer) => answer === "OK",
    );
  });

  it("fires when it is stopped while its exporter goes on, and resolves", async () => {
    await lab.docker("stop", "redis");
    const labels = await alertIs("RedisDown", true);
    expect(labels).toMatchObject({ host: "app", service: "app-redis-exporter", env: "dev" });
    await becomes('up{job="redis-exporter"}', 1);
    await lab.docker("start", "redis");
    await alertIs("RedisDown", false);
  });

  it("is down with a wrong password, for a reason that is told, until the right one is read", async () => {
    await lab.changeSecrets("redis-exporter", { "redis-password": "another-password" });
    await becomes("redis_up", 0);
    const [failure] = await samples('redis_exporter_last_scrape_error{err!=""}');
    expect(failure?.metric.err).toBe(
      "WRONGPASS invalid username-password pair or user is disabled.",
    );
    expect(await lab.logOf("redis-exporter")).not.toContain("another-password");
    await lab.changeSecrets("redis-exporter", { "redis-password": PASSWORD });
    await becomes("redis_up", 1);
  });
});

function ruleOf(name: AlertName): string {
  return allQueries(settings).find(({ key }) => key === `rule ${name}`)?.expr ?? "";
}

/** Jobs that TargetDown would tell: those of containers that this lab does not have. */
async function silentTargets(): Promise<readonly (string | undefined)[]> {
  const jobs = (await samples(ruleOf("TargetDown"))).map(({ metric }) => metric.job);
  expect(jobs).toContain("cadvisor");
  return jobs;
}

/** Connections to Redis that say nothing. */
async function clients(count: number): Promise<readonly Socket[]> {
  const host = await lab.addressOf("redis");
  return Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((done, failed) => {
          const socket = connect(6379, host, () => {
            done(socket);
          });
          socket.on("error", failed);
        }),
    ),
  );
}

describe.each([
  {
    server: "mongodb",
    tool: "mongodb-exporter",
    alert: "MongodbDown",
    up: "mongodb_up",
    limit: 'mongodb_ss_connections{conn_type="available"}',
    allowed: 80,
    password: ["mongodb-password", PASSWORD],
    refusal: "Authentication failed",
  },
  {
    server: "postgres",
    tool: "postgres-exporter",
    alert: "PostgresDown",
    up: "pg_up",
    limit: "pg_settings_max_connections",
    allowed: 20,
    password: ["postgres-password", PASSWORD],
    refusal: "password authentication failed",
  },
  {
    server: "mysql",
    tool: "mysqld-exporter",
    alert: "MysqlDown",
    up: "mysql_up",
    limit: "mysql_global_variables_max_connections",
    allowed: 30,
    password: ["mysql-password", MYSQL_PASSWORD],
    refusal: "Access denied for user 'sightline'",
  },
] as const)("$server", ({ server, tool, alert, up, limit, allowed, password, refusal }) => {
  it("is read with its password, and told with its limit of connections", async () => {
    await becomes(up, 1);
    await becomes(limit, allowed);
  });

  it("fires when it is stopped while its exporter goes on, and resolves", async () => {
    await lab.docker("stop", server);
    const labels = await alertIs(alert, true);
    expect(labels).toMatchObject({ host: "app", service: `app-${tool}`, env: "dev" });
    await becomes(`up{job="${tool}"}`, 1);
    await lab.docker("start", server);
    await alertIs(alert, false);
  });

  it("is down with a wrong password, for a reason in the log, until the right one is read", async () => {
    const [file, right] = password;
    await lab.changeSecrets(tool, { [file]: "another-password" });
    await becomes(up, 0);
    expect(await lab.logOf(tool)).toContain(refusal);
    expect(await lab.logOf(tool)).not.toContain("another-password");
    await lab.changeSecrets(tool, { [file]: right });
    await becomes(up, 1);
  });
});

describe("MongoDB", () => {
  const says = (state: Partial<MongodbState>) => lab.run("mongodb", mongodbSays(state));

  it.each([
    ["connections are taken", "MongodbConnectionsNearLimit", { connections: 90 }, {}],
    [
      "a secondary is behind",
      "MongodbReplicationLag",
      { lag: 90 },
      { member_idx: "mongodb-1:27017" },
    ],
    ["a member is away", "MongodbMemberDown", { health: 0 }, { member_idx: "mongodb-2:27017" }],
  ] as const)("fires when %s, and resolves", async (_, alert, state, labels) => {
    await says(state);
    const service = { host: "app", service: "app-mongodb-exporter", env: "dev" };
    expect(await alertIs(alert, true)).toMatchObject({ ...service, ...labels });
    await says({});
    await alertIs(alert, false);
  });

  it("keeps what MongoDB answers out of its log", async () => {
    expect(await lab.logOf("mongodb-exporter")).not.toMatch(/^\s*"\w+": /m);
  });

  it("does not show its password in Docker", async () => {
    const container = lab.container("app-mongodb-exporter");
    expect(await quiet`docker inspect ${container}`).not.toMatch(/ss(\$|%24)1/);
  });
});

describe("RabbitMQ", () => {
  const ctl = (...command: readonly string[]) => lab.run("rabbitmq", ["rabbitmqctl", ...command]);

  it("is told with the messages that nobody fetches", async () => {
    await becomes("rabbitmq_queue_messages_ready", 0);
    await ctl("eval", waitingMessages("jobs", 12));
    await becomes("rabbitmq_queue_messages_ready", 12);
    const labels = await alertIs("RabbitmqBacklog", true);
    expect(labels).toMatchObject({ host: "app", service: "app-rabbitmq", env: "dev" });
    await ctl("purge_queue", "jobs");
    await alertIs("RabbitmqBacklog", false);
  });

  it("fires when it is over its limit of memory, and resolves", async () => {
    await ctl("set_vm_memory_high_watermark", "absolute", "1MB");
    await alertIs("RabbitmqPublishersBlocked", true);
    await ctl("set_vm_memory_high_watermark", "0.4");
    await alertIs("RabbitmqPublishersBlocked", false);
  });
});

describe("Jenkins", () => {
  it("is told with the node that is offline, and with the builds that wait", async () => {
    const labels = await alertIs("JenkinsNodeOffline", true);
    expect(labels).toMatchObject({ host: "app", service: "app-jenkins", node: "builder-2" });
    await alertIs("JenkinsQueueLong", true);
    await becomes(ruleOf("JenkinsQueueLong"), 5);
  });
});

describe("the Docker daemon", () => {
  it("is told with its containers, and with health checks that it cannot run", async () => {
    await becomes('engine_daemon_container_states_containers{state="running"}', 0);
    const { redis } = (await lastSetup()).websiteImages;
    const options = ["--network", "none", "--health-cmd", "true", "--health-interval", "1s"];
    const withoutShell = ["-c", "rm /bin/sh; exec sleep infinity"];
    await daemon?.run(redis, [...options, "--entrypoint", "sh"], withoutShell);
    await becomes('engine_daemon_container_states_containers{state="running"}', 1);
    const labels = await alertIs("DockerHealthChecksNotRun", true);
    expect(labels).toMatchObject({ host: "app", service: "app-docker-daemon", env: "dev" });
  });

  it("fires when it is killed, in the place of TargetDown, and resolves", async () => {
    await daemon?.kill();
    await alertIs("DockerDown", true);
    await becomes('up{job="docker-daemon"}', 0);
    expect(await silentTargets()).not.toContain("docker-daemon");
    await daemon?.resume();
    await alertIs("DockerDown", false);
  });
});

describe.each([
  { server: "rabbitmq", alert: "RabbitmqDown" },
  { server: "jenkins", alert: "JenkinsDown" },
] as const)("$server without a container of ours between", ({ server, alert }) => {
  it("fires when it is stopped, in the place of TargetDown, and resolves", async () => {
    await lab.docker("stop", server);
    const labels = await alertIs(alert, true);
    expect(labels).toMatchObject({ host: "app", service: `app-${server}`, env: "dev" });
    expect(await silentTargets()).not.toContain(server);
    await lab.docker("start", server);
    await alertIs(alert, false);
  });
});

describe("connections", () => {
  it("of PostgreSQL are counted one by one", async () => {
    const before = await connections("sum(pg_stat_database_numbackends)");
    const asleep = Array.from({ length: 3 }, () => psql("select pg_sleep(20)"));
    await becomes("sum(pg_stat_database_numbackends)", before + 3);
    await Promise.allSettled(asleep);
  });

  it("of MySQL are counted one by one", async () => {
    const before = await connections("mysql_global_status_threads_connected");
    const asleep = Array.from({ length: 3 }, () => mariadb("select sleep(20)"));
    await becomes("mysql_global_status_threads_connected", before + 3);
    await Promise.allSettled(asleep);
  });

  async function connections(expr: string): Promise<number> {
    const [sample] = await samples(expr);
    return Number(sample?.value[1]);
  }
});

describe("the host's programs", () => {
  it("are told by name, with dead ones that nobody clears away", async () => {
    // Orphans fall to the first program of the container, which knows nothing of them.
    await lab.run("neglect", ["sh", "-c", "for i in 1 2 3 4 5; do (sleep 0.1 &); done"]);
    await becomes('namedprocess_namegroup_states{groupname="sleep",state="Zombie"}', 5);
    // Docker's own programs leave dead ones too, for a moment, wherever a container ends.
    expect(await alertIs("ZombieProcesses", true, "sleep")).toMatchObject({ host: "app" });
    await lab.docker("stop", "neglect");
    await alertIs("ZombieProcesses", false, "sleep");
  });

  it("are seen with CPU and memory without a capability", async () => {
    const [memory] = await samples(
      'namedprocess_namegroup_memory_bytes{groupname="dockerd",memtype="resident"}',
    );
    expect(Number(memory?.value[1])).toBeGreaterThan(10 * 2 ** 20);
  });
});

describe("the dashboard's lines and the rules", () => {
  const jobs = TOOLS.map((tool) => `job="${tool}"`);
  const queries = allQueries(settings).filter(({ expr }) => jobs.some((job) => expr.includes(job)));

  it.each(queries.map((query) => [query.key, query] as const))(
    "have data of what they name: %s",
    async (_, query) => {
      const range = { fromMs: Date.now() - 5 * MINUTE, toMs: Date.now() };
      const answers = new Answers({ prometheus: lab.origin, loki: "" }, range);
      expect((await judge(answers, query)).problems).toEqual([]);
    },
  );

  it("read series with the labels that the cases of the rules have", async () => {
    const rules = queries.filter(({ role }) => role === "rule");
    const metrics = [...new Set(rules.flatMap(({ expr }) => metricsIn(expr)))];
    for (const metric of metrics) {
      const found = (await samples(metric)).map((sample) => labelSet(sample.metric)).sort();
      const known = { ...liveInventory(), ...DOCUMENTED }[metric];
      expect([metric, [...new Set(found)]]).toEqual([metric, known]);
    }
    expect(metrics.length).toBeGreaterThan(5);
  });
});
