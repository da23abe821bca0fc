import type { ServiceSpec } from "../service-spec";

/** Where containers of the `sock` network find the read-only Docker API. */
export const DOCKER_API_URL = "tcp://socket-proxy:2375";

/** What they ask for, and nothing else. The program puts `^` and `$` around it. */
const ALLOWED_GET =
  "(/v[0-9.]+)?/(_ping|version|info|networks|containers/json|containers/[a-zA-Z0-9_.-]+/(json|logs))";

/**
 * The only container that sees the Docker socket; passes a short list of GET requests.
 *
 * @param clients services that may ask; their names are looked up on the `sock` network alone
 */
export function socketProxySpec(clients: readonly string[]): ServiceSpec {
  return {
    name: "socket-proxy",
    kind: "SocketProxy",
    image: "wollomatic/socket-proxy:1.13.1",
    user: "0:0",
    rootReason:
      "opens the Docker socket, which belongs to root and a group whose id differs by host",
    port: 2375,
    args: [
      "-listenip=0.0.0.0",
      "-proxyport=2375",
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
