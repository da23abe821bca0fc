import { APP_METRIC_FAMILIES } from "../../app-metrics";
import { group, oneOf } from "../fields";
import { httpUrl } from "../formats";

/** Metrics that the application exposes already; nothing is asked of one that has none. */
export const application = group({
  /** Read by Prometheus from the monitoring host. @default not scraped */
  metricsUrl: httpUrl("http://backend:8000/metrics").optional(),
  /** How they are named. */
  family: oneOf(APP_METRIC_FAMILIES).prefault("instrumentator"),
});
