import { settingsSchema } from "../../configs/settings/schema";
import { IMAGE_NAMES, type ImageName } from "../images/official";
import { readStackFile } from "./stack-file";

const agents = settingsSchema.shape.logs.shape.agent;

/**
 * The images that a stack's settings can ask for: all but those of the log agents that were not
 * chosen, and of a gateway that is not wanted. Where no registry can be reached, an agent takes minutes to compile.
 *
 * A wrong choice is left to the program, which refuses it with its fix.
 */
export async function wantedImages(file: string): Promise<readonly ImageName[]> {
  const chosen = agents.safeParse(await readStackFile(file, "sightline:logs.agent")).data;
  const hasGateway = (await readStackFile(file, "sightline:gateway.enabled")) === true;
  const others: readonly string[] = [
    ...agents.unwrap().options.filter((agent) => agent !== chosen),
    ...(hasGateway ? [] : ["gateway"]),
  ];
  return IMAGE_NAMES.filter((name) => !others.includes(name));
}
