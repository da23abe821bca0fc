import { tunnelAddress } from "../wireguard/tunnel";
import type { Parsed } from "./settings";

/** Where there is a tunnel, the gateway listens in it, unless it has an address of its own. */
export function throughTunnel<Groups extends Partial<Pick<Parsed, "gateway" | "wireguard">>>(
  settings: Groups,
): Groups {
  const { gateway, wireguard } = settings;
  if (!wireguard?.enabled || !gateway || gateway.address !== undefined) return settings;
  return { ...settings, gateway: { ...gateway, address: tunnelAddress({ wireguard }) } };
}
