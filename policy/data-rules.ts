import { BlockList, isIP } from "node:net";

import { BUCKET, CONTAINER, groups, type Planned, type Rule, serviceOf, VOLUME } from "./rule";

/** Containers that may be reached from everywhere: the door, and whoever proves whose name it has. */
const DOORS = ["gateway", "acme"];

/** Addresses that no stranger reaches: of this machine, of private networks, of shared ones. */
const inside = new BlockList();
for (const [network, bits] of [
  ["127.0.0.0", 8],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  inside.addSubnet(network, bits);
}

/** Stacks whose data somebody would miss, by name: a policy is told no settings. */
const LASTING = /^urn:pulumi:(?:[^:]*-)?prod(?:uction)?(?:-[^:]*)?::/;

export const noPublicPorts: Rule = {
  name: "no-public-ports",
  description: "Nothing but the gateway is published where strangers could reach it.",
  check(planned) {
    if (planned.type !== CONTAINER) return [];
    const isDoor = DOORS.includes(serviceOf(planned));
    return groups(planned.props.ports).flatMap(({ ip, external }) => {
      if (typeof external !== "number") return [];
      const address = typeof ip === "string" ? ip : "0.0.0.0";
      if (isInside(address) || (isDoor && !isEverywhere(address))) return [];
      const fix = "sightline:publish.address: a private one, and the gateway for people";
      return [`ports: ${address}:${external} is open to strangers. Fix: ${fix}`];
    });
  },
};

export const protectedData: Rule = {
  name: "protected-data",
  description: "In prod no mistake deletes logs, metrics or dashboards.",
  check(planned) {
    if (!LASTING.test(planned.urn)) return [];
    const fix = "sightline:protectData: true";
    if (isDataVolume(planned) && !planned.protect) {
      return [`volume: must be protected. Fix: ${fix}`];
    }
    if (planned.type === BUCKET && planned.props.forceDestroy === true) {
      return [`bucket: must not be emptied when it is removed. Fix: ${fix}`];
    }
    return [];
  },
};

function isInside(address: string): boolean {
  return isIP(address) === 4 && inside.check(address);
}

function isEverywhere(address: string): boolean {
  return ["", "0.0.0.0", "::"].includes(address);
}

/** What a keeper holds is rendered anew from settings. */
function isDataVolume({ type, urn }: Planned): boolean {
  return type === VOLUME && !urn.includes("sightline:container:Keeper$");
}
