/** Raw settings as the program gets them: keys without their prefix. */
type Raw = Readonly<Record<string, unknown>>;

/** Where the monitoring host of a fleet is; each host's Docker is that of this machine. */
export const MONITORING_ADDRESS = "10.77.0.1";

/** Settings `hosts` and `logs.directories` of a stack with so many app hosts, 1 to 1,000. */
export function fleetHosts(count: number): Raw {
  const apps = Array.from({ length: count }, (_, index) => {
    const number = index + 2;
    const address = `10.77.${Math.floor(number / 250)}.${(number % 250) + 1}`;
    return [`web-${index + 1}`, { endpoint: "local", address }] as const;
  });
  return {
    monitoring: { endpoint: "local", address: MONITORING_ADDRESS },
    ...Object.fromEntries(apps),
  };
}
