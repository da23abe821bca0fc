import Sequencer from "@jest/test-sequencer";

/**
 * The order of files that run beside each other: those with servers first, since they take minutes,
 * and on a new machine jest knows no times yet; the many short ones fill up the end.
 */
export default class ServersFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const hasServers = ({ context }) => context.config.displayName?.name === "servers";
    return [...sorted.filter(hasServers), ...sorted.filter((test) => !hasServers(test))];
  }
}
