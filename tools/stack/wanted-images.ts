import { exporterTools } from "../../configs/exporters/exporters";
import { settingsSchema } from "../../configs/settings/schema";
import { EXPORTER_IMAGE_NAMES, type ImageName, STACK_IMAGE_NAMES } from "../images/official";
import { readStackFile } from "./stack-file";

const { hosts, logs } = settingsSchema.shape;
const { agent } = logs.shape;

/**
 * The images that a stack's settings can ask for: all but those of the log agents that were not
 * chosen, of a gateway that is not wanted, and of exporters that no host has. Where no registry can
 * be reached, they take minutes to compile.
 *
 * A wrong choice is left to the program, which refuses it with its fix.
 */
export async function wantedImages(file: string): Promise<readonly ImageName[]> {
  const chosen = agent.safeParse(await readStackFile(file, "sightline:logs.agent")).data;
  const isOn = async (key: string) => (await readStackFile(file, `sightline:${key}`)) === true;
  const hasGateway =
    (await isOn("gateway.enabled")) ||
    ((await isOn("browser.enabled")) && (await isOn("browser.plainHttp")));
  const hasLongTerm = await isOn("metrics.longTerm.enabled");
  const others: readonly string[] = [
    ...agent.unwrap().options.filter((name) => name !== chosen),
    ...(hasGateway ? [] : ["gateway"]),
  ];
  const tls = await readStackFile(file, "sightline:gateway.tls.kind");
  const placed = hosts.safeParse(await readStackFile(file, "sightline:hosts")).data;
  const exporters = placed ? exporterTools({ hosts: placed }) : [];
  return [
    ...STACK_IMAGE_NAMES.filter((name) => !others.includes(name)),
    ...EXPORTER_IMAGE_NAMES.filter((name) => exporters.includes(name)),
    ...(hasLongTerm ? (["thanos"] as const) : []),
    ...(hasGateway && tls === "acme" ? (["acme"] as const) : []),
  ];
}
