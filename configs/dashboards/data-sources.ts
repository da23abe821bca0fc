/** Grafana's data sources by fixed uid, so that dashboards and links survive a rebuilt Grafana. */
export const PROMETHEUS = { type: "prometheus", uid: "prometheus" } as const;
/** Prometheus itself, where {@link PROMETHEUS} is Thanos in front of it: alert rules need no history. */
export const PROMETHEUS_ALONE = { type: "prometheus", uid: "prometheus-alone" } as const;
export const LOKI = { type: "loki", uid: "loki" } as const;
/** Grafana's own, for a panel whose queries go to both. */
export const MIXED = { type: "datasource", uid: "-- Mixed --" } as const;
