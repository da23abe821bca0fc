import { appHostSpecs, monitoringHostSpecs } from "../configs/hosts";
import { type HostRole, isOneHost } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { DockerHost } from "./docker-host";

/** The Docker daemons by role; one and the same where both roles share a host. */
export function createDockerHosts(settings: Settings): Readonly<Record<HostRole, DockerHost>> {
  const [monitoringSpecs, appSpecs] = [monitoringHostSpecs(settings), appHostSpecs(settings)];
  if (isOneHost(settings)) {
    const specs = [...monitoringSpecs, ...appSpecs];
    const host = new DockerHost("docker", { settings, role: "monitoring", specs });
    return { monitoring: host, app: host };
  }
  return {
    monitoring: new DockerHost("monitoring-docker", {
      settings,
      role: "monitoring",
      specs: monitoringSpecs,
    }),
    app: new DockerHost("app-docker", { settings, role: "app", specs: appSpecs }),
  };
}
