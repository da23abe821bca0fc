import type { HealthCheck } from "./service-spec";

/** Asks an HTTP path with wget, which the busybox-based official images contain. */
export function wgetHealth(port: number, path: string): HealthCheck {
  return {
    command: ["CMD", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}${path}`],
  };
}

/** Asks an HTTP path with bash alone, for images that contain neither wget nor curl. */
export function bashHealth(port: number, path: string): HealthCheck {
  const script =
    `exec 3<>/dev/tcp/127.0.0.1/${port} && ` +
    `printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '`;
  return { command: ["CMD", "bash", "-c", script] };
}
