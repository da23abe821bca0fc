import { X509Certificate } from "node:crypto";

import { flag, group, text } from "../fields";
import { hostAddress, port } from "../formats";

const certificates = text({
  rule: "must be one certificate or more in PEM, the gateway's own first",
  example: "-----BEGIN CERTIFICATE-----…",
  read: (value) => (certificatesOf(value).length > 0 ? value : undefined),
});

/** The way in for agents of hosts that share no private network with the monitoring host. */
export const gateway = group({
  enabled: flag().prefault(false),
  address: hostAddress.optional(),
  port: port(8443).prefault(8443),
  serverName: text({
    rule: "must be the name or IPv4 address by which agents reach the gateway",
    example: "monitoring.your-domain.org",
    read: (value) => (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value) ? value : undefined),
  }).optional(),
  certificate: certificates.optional(),
  certificateAuthority: certificates.optional(),
});

/** The certificates in a PEM text; none where one of them is broken. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}
