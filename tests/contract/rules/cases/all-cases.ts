import type { RuleCase } from "../../../support/rule-case";
import { agentRuleCases } from "./agents";
import { applicationCases } from "./application";
import { containerCases } from "./containers";
import { exporterCases } from "./exporters";
import { gatewayCases } from "./gateway";
import { lokiCases } from "./loki";
import { diskCases, hostCases } from "./machines";
import { mongodbCases } from "./mongodb";
import { monitoringCases, prometheusCases } from "./monitoring";
import { pageCases } from "./pages";
import { probeCases } from "./probes";
import { remoteWriteCases } from "./remote-write";
import { thanosCases } from "./thanos";
import { uptimeCases } from "./uptime";

/** Every situation that an alert on metrics is judged in. */
export const ALL_CASES: readonly RuleCase[] = [
  ...uptimeCases,
  ...pageCases,
  ...probeCases,
  ...applicationCases,
  ...hostCases,
  ...diskCases,
  ...containerCases,
  ...exporterCases,
  ...mongodbCases,
  ...gatewayCases,
  ...prometheusCases,
  ...lokiCases,
  ...thanosCases,
  ...remoteWriteCases,
  ...agentRuleCases,
  ...monitoringCases,
];
