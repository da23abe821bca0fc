import { quiet } from "./quiet";

/** This machine's own address in a Docker network: containers reach it, nobody outside does. */
export async function gatewayOf(network: string): Promise<string> {
  const format = "{{(index .IPAM.Config 0).Gateway}}";
  return quiet`docker network inspect ${network} --format ${format}`;
}
