import type { Problem } from "../errors";
import type { Settings } from "../settings/settings";
import { tunnelAddressesOn } from "../wireguard/tunnel";
import type { Facts, Holder } from "./facts";
import type { MachineNeeds, PortNeed } from "./needs";

/**
 * Every port that will be published must be free or this stack's already, on an address that is there
 * or that the tunnel brings.
 */
export function portProblems(
  settings: Settings,
  { host, ports }: MachineNeeds,
  { docker, addresses, holders }: Facts,
): readonly Problem[] {
  // Whose a port is cannot be told without Docker.
  if (docker.kind !== "answers") return [];
  const brought = tunnelAddressesOn(settings, host);
  const isHere = (address: string) =>
    addresses.length === 0 ||
    [...addresses, ...brought].includes(address) ||
    address.startsWith("127.");
  const foreign = ports.filter(({ address }) => !isHere(address));
  const once = [...new Map(foreign.map((need) => [need.address, need])).values()];
  return [
    ...once.map((need) => addressProblem(host, need, addresses)),
    ...ports
      .filter(({ address }) => isHere(address))
      .flatMap((need) => {
        const holder = holders.find((one) => holds(one, need) && one.stack !== settings.prefix);
        return holder ? [takenProblem(host, need, holder)] : [];
      }),
  ];
}

const EVERYWHERE = "0.0.0.0";

function holds(holder: Holder, { address, port }: PortNeed): boolean {
  return holder.port === port && [address, EVERYWHERE].includes(holder.address);
}

function takenProblem(host: string, need: PortNeed, holder: Holder): Problem {
  const isSetting = !need.path.startsWith("sightline:hosts.");
  return {
    path: need.path,
    rule: `needs port ${need.port} of ${need.address} on ${host} for ${need.service}, and it is taken`,
    got: holder.name,
    fix: isSetting
      ? `end that, or: pulumi config set --path '${need.path}' <a free port>`
      : "end that, or move it to another port",
  };
}

function addressProblem(
  host: string,
  { address, addressPath }: PortNeed,
  addresses: readonly string[],
): Problem {
  return {
    path: addressPath,
    rule: `must be an address of ${host}`,
    got: `${address}; it has ${addresses.join(", ")}`,
    fix: `pulumi config set --path '${addressPath}' <one of those>`,
  };
}
