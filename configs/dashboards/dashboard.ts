import type { Dashboard as ClassicDashboard } from "@grafana/grafana-foundation-sdk/dashboard";

/** A dashboard in the classic model, which Grafana provisions from files. */
export type Dashboard = ClassicDashboard;
