import { byteSize, duration, flag, group } from "../fields";
import { remoteWrite } from "./remote-write";

/** How long metrics are kept: by Prometheus on disk, and by Thanos in the bucket of logs; and who gets a copy. */
export const metrics = group({
  retention: duration({ example: "7d", atLeast: "1h" }).prefault("7d"),
  retentionSize: byteSize("4GB").prefault("4GB"),
  longTerm: group({
    enabled: flag().prefault(false),
    // Thanos thins out blocks of two days, and then of two weeks, once they are whole: all of them must
    // still be there, also after a day or two without the compactor.
    raw: duration({ example: "15d", atLeast: "4d" }).prefault("15d"),
    fiveMinutes: duration({ example: "365d", atLeast: "21d" }).prefault("365d"),
    oneHour: duration({ example: "365d", atLeast: "21d" }).prefault("365d"),
  }).prefault({}),
  remoteWrite: remoteWrite.optional(),
});
