import { quiet } from "./quiet";

/** This machine's own address in a Docker network: containers reach it, nobody outside does. */
export async function gatewayOf(network: string): Promise<string> {
  const format = "{{with index .IPAM.Config 0}}{{.Gateway}} {{.Subnet}}{{end}}";
  const said = await quiet`docker network inspect ${network} --format ${format}`;
  const [gateway = "", subnet = ""] = said.split(" ");
  // Of `bridge`, older Dockers tell it only from the second start of the daemon on.
  const address = gateway === "" ? firstAddress(subnet) : gateway;
  if (address === undefined) throw new Error(`no gateway of ${network} in "${said}"`);
  return address;
}

/** `172.17.0.1` of `172.17.0.0/16`: what Docker takes for itself. */
function firstAddress(subnet: string): string | undefined {
  const [, network] = /^(\d+\.\d+\.\d+)\.0\/\d+$/.exec(subnet) ?? [];
  return network === undefined ? undefined : `${network}.1`;
}
