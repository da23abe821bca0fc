import { specsOn } from "../configs/hosts";
import { homeOf, hostNames, type HostName, machineOf, machineOwner } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import { DockerHost } from "./docker-host";
import type { Tunnel } from "./tunnel";

/** The Docker daemons by host; one and the same for hosts that are one machine. */
export function createDockerHosts(
  settings: Settings,
  tunnel: Tunnel | undefined,
): ReadonlyMap<HostName, DockerHost> {
  const hosts = hostNames(settings);
  const owners = hosts.filter((host) => machineOwner(settings, host) === host);
  const machines = new Map(
    owners.map((owner) => [
      owner,
      new DockerHost(
        `${owner}-docker`,
        {
          settings,
          host: owner,
          specs: machineOf(settings, owner).flatMap((host) => specsOn(settings, host)),
          after: machineOf(settings, owner).flatMap((host) => tunnel?.ends.get(host) ?? []),
        },
        // The name that a stack's only Docker had once.
        owner === machineOwner(settings, homeOf(settings, "monitoring"))
          ? { aliases: [{ name: "docker" }] }
          : {},
      ),
    ]),
  );
  return new Map(
    hosts.flatMap((host) => {
      const machine = machines.get(machineOwner(settings, host));
      return machine ? [[host, machine] as const] : [];
    }),
  );
}

/** The daemon of a host. */
export function dockerOf(hosts: ReadonlyMap<HostName, DockerHost>, host: HostName): DockerHost {
  const docker = hosts.get(host);
  if (!docker) throw new Error(`no Docker daemon of the host "${host}"`);
  return docker;
}
