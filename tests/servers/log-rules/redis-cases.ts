import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import { appLine, at, lookalikes, MINUTE, over, redisLine, SECOND } from "../../support/loki-lines";

const TEN = 10 * MINUTE;
const QUARTER = 15 * MINUTE;
const FIVE = 5 * MINUTE;

const SAVE_FAILURES = [
  "Background saving error",
  "Background saving terminated by signal 9",
  "Background AOF rewrite terminated with error",
  "Background AOF rewrite terminated by signal 9",
  "Can't save in background: fork: Cannot allocate memory",
  "Can't rewrite append only file in background: fork: Cannot allocate memory",
  "Failed opening the temp RDB file temp-21.rdb (in server root dir /data) for saving: Permission denied",
  "Error moving temp DB file temp-21.rdb on the final destination dump.rdb: Permission denied",
  "Error writing to the AOF file: No space left on device",
  "Write error saving DB on disk(rdbSaveRio): No space left on device",
  "Short write while writing to the AOF file: (nwritten=10, expected=20)",
];
const notSaved = redisLine("warning", SAVE_FAILURES[0] ?? "");
const MISCONF =
  "redis.exceptions.ResponseError: MISCONF Redis is configured to save RDB snapshots, but is not able to persist on disk";
const misconfigured = appLine("error", MISCONF);

const persistenceFailed: RuleCases = {
  alert: "RedisPersistenceFailed",
  severity: "critical",
  cases: [
    nothingLogged,
    ...SAVE_FAILURES.map((text) =>
      fires(`once: ${text}`, at(TEN - SECOND, redisLine("warning", text)), TEN + SECOND),
    ),
    fires("once to a client", at(TEN - SECOND, misconfigured), TEN + SECOND),
    quiet("Redis saves well, and the application has a failed save of its own", [
      ...over(TEN, 30, [
        redisLine("notice", "Background saving started by pid 21"),
        redisLine("notice", "Background saving terminated with success"),
        redisLine("notice", "Background AOF rewrite terminated with success"),
        redisLine("notice", "DB saved on disk"),
        redisLine("warning", "AOF write error looks solved. The server can write again."),
      ]),
      ...over(TEN, 30, appLine("error", "Error writing the invoice: Write error, Can't save")),
      ...over(TEN, 30, [notSaved, misconfigured], TEN),
      ...lookalikes(TEN, notSaved, ["job"]),
      ...lookalikes(TEN, misconfigured, ["job"]),
    ]),
  ],
};

const banner = redisLine("notice", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");

const restarted: RuleCases = {
  alert: "RedisRestarted",
  severity: "warning",
  cases: [
    nothingLogged,
    fires("2 starts", over(QUARTER, 2, banner), QUARTER + SECOND),
    quiet("1 start, and what follows it", [
      ...at(MINUTE, banner),
      ...over(MINUTE, 30, [
        redisLine("notice", "Configuration loaded"),
        redisLine("notice", "Ready to accept connections tcp"),
      ]),
      ...over(QUARTER, 50, banner, QUARTER),
      ...lookalikes(QUARTER, banner, ["job"]),
    ]),
  ],
};

const refused = appLine(
  "error",
  "redis.exceptions.OutOfMemoryError: OOM command not allowed when used memory > 'maxmemory'.",
);

const memoryPressure: RuleCases = {
  alert: "RedisMemoryPressure",
  severity: "warning",
  cases: [
    nothingLogged,
    fires("1 refused command", at(FIVE - SECOND, refused), FIVE + SECOND),
    quiet("other failures", [
      ...over(FIVE, 30, appLine("error", "OOM: killed process 7")),
      ...over(FIVE, 50, refused, FIVE),
      ...lookalikes(FIVE, refused, ["job"]),
    ]),
  ],
};

export const redisCases: readonly RuleCases[] = [persistenceFailed, restarted, memoryPressure];
