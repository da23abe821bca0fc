import { type HostName, namedOn, nameOn } from "../placement";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

const TOOL = "socket-proxy";
const PORT = 2375;

/** Where a host's containers of the `sock` network find its read-only Docker API. */
export function dockerApiUrl(settings: Settings, host: HostName): string {
  return `tcp://${nameOn(settings, host, TOOL)}:${PORT}`;
}

/** What they ask for, and nothing else. The program puts `^` and `$` around it. */
const ALLOWED_GET =
  "(/v[0-9.]+)?/(_ping|version|info|networks|containers/json|containers/[a-zA-Z0-9_.-]+/(json|logs))";

/**
 * The only container that sees the Docker socket; passes a short list of GET requests.
 *
 * @param clients services that may ask; their names are looked up on the `sock` network alone
 */
export function socketProxySpec(
  settings: Settings,
  host: HostName,
  clients: readonly string[],
): ServiceSpec {
  return {
    ...namedOn(settings, host, "socket-proxy"),
    kind: "SocketProxy",
    image: "wollomatic/socket-proxy:1.13.1",
    user: "0:0",
    rootReason:
      "opens the Docker socket, which belongs to root and a group whose id differs by host",
    port: PORT,
    args: [
      "-listenip=0.0.0.0",
      `-proxyport=${PORT}`,
      `-allowfrom=${clients.join(",")}`,
      `-allowGET=${ALLOWED_GET}`,
      "-allowHEAD=/_ping",
      "-allowhealthcheck",
      "-shutdowngracetime=2",
    ],
    networks: ["sock"],
    hostMounts: [{ source: "/var/run/docker.sock", target: "/var/run/docker.sock" }],
    health: { command: ["CMD", "/healthcheck"] },
    memoryMegabytes: 32,
    stopGraceSeconds: 5,
  };
}
