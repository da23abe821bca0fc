import { z } from "zod";

import { integer, pattern, ruleAndFix, text } from "./fields";

/** The kinds of text that several settings share: addresses, paths, image references. */

export const httpUrl = (exampleUrl: string) =>
  text({
    rule: "must be an absolute http(s) URL without credentials",
    example: exampleUrl,
    read: (value) => {
      const url = /\s/.test(value) || !URL.canParse(value) ? undefined : new URL(value);
      const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
      return isHttp && url.username === "" && url.password === "" ? value : undefined;
    },
  });

/** The account that mail comes from, and those that it goes to. */
export const mailAddress = pattern(
  /^[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:".]+$/,
  "must be one mail address",
  "ops@your-domain.org",
);

const listExample = 'for example ["ops@your-domain.org"]';

/** Who gets the mails. */
export const recipients = z
  .array(mailAddress, { error: ruleAndFix("must be a list of mail addresses", listExample) })
  .min(1, ruleAndFix("must have at least one address", listExample));

/** `host:port` of a mail server. */
export const smarthost = text({
  rule: "must be host:port of a mail server (the port is usually 587)",
  example: "mail.your-domain.org:587",
  read: (value) => (/^[\w.-]+:\d{1,5}$/.test(value) && hasValidPort(value) ? value : undefined),
});

/** `host:port` of a server of the site. */
export const serverAddress = (exampleAddress: string) =>
  text({
    rule: "must be host:port of the server",
    example: exampleAddress,
    read: (value) => (/^[\w.-]+:\d{1,5}$/.test(value) && hasValidPort(value) ? value : undefined),
  });

/** An account of a database, as it goes into arguments and addresses. */
export const accountName = (exampleName: string) =>
  pattern(/^[\w-]{1,63}$/, "must be a name of letters, digits, _ and -", exampleName);

export const dockerNetwork = pattern(
  /^[a-zA-Z0-9][\w.-]*$/,
  "must be the name of a Docker network",
  "website_default",
);

/** `local`, or a Docker daemon over ssh. */
export const dockerEndpoint = text({
  rule: "must be local or ssh://user@host[:port]",
  example: "ssh://deploy@10.0.0.2",
  read: (value) =>
    value === "local" ||
    (/^ssh:\/\/[a-z_][\w-]*@[\w.-]+(:\d{1,5})?$/.test(value) && hasValidPort(value))
      ? value
      : undefined,
});

/** True where the text does not end in a port, or ends in a possible one. */
function hasValidPort(value: string): boolean {
  const port = /:(\d+)$/.exec(value)?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}

export const absolutePath = (examplePath: string) =>
  pattern(/^(?!.*\/\.\.(\/|$))\/[^\0\n]*$/, "must be an absolute path without ..", examplePath);

/** A path that /etc/exports and /etc/fstab take as it stands: they split lines at white space. */
export const exportPath = (examplePath: string) =>
  pattern(
    /^(?!.*\/\.\.(\/|$))\/[\w./-]*$/,
    "must be an absolute path without .., of letters, digits and . _ - /",
    examplePath,
  );

/** A folder on this machine, or an absolute one on another. */
export const logFolder = (examplePath: string) =>
  pattern(
    /^\.{0,2}\/.+$/,
    "must be a folder that starts with / (or ./ where the site runs on this machine)",
    examplePath,
  );

const ONE_ADDRESS =
  "one IPv4 address of the host, never 0.0.0.0 (Docker's published ports go round the firewall)";

function oneAddress(value: string): string | undefined {
  return z.ipv4().safeParse(value).success && value !== "0.0.0.0" ? value : undefined;
}

/** IPv4, because it goes into `address:port` as it stands. */
export const hostAddress = text({
  rule: `must be ${ONE_ADDRESS}`,
  example: "127.0.0.1",
  read: oneAddress,
});

/** @param whose who reaches the gateway by it */
export const serverName = (whose: string) =>
  text({
    rule: `must be the name or IPv4 address by which ${whose} reach the gateway`,
    example: "monitoring.your-domain.org",
    read: (value) => (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value) ? value : undefined),
  });

/** The private ranges of RFC 1918 and that of RFC 6598. */
export const PRIVATE_RANGE =
  /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

/** Stands for the private or VPN address of the host on which a page is. */
export const PRIVATE = "private";

/** {@link hostAddress}, or {@link PRIVATE}. */
export const pageAddress = text({
  rule: `must be ${PRIVATE} or ${ONE_ADDRESS}`,
  example: "127.0.0.1",
  read: (value) => (value === PRIVATE ? PRIVATE : oneAddress(value)),
});

export const imageReference = pattern(
  /^(?!.*:latest(@|$))[a-z0-9][\w.\-/:]*?:[\w][\w.-]{0,127}(@sha256:[a-f0-9]{64})?$/,
  "must be an image with an exact tag (not latest)",
  "prom/prometheus:v3.15.0",
);

export const shortName = (rule: RegExp, exampleName: string) =>
  pattern(rule, "must be a short name of a-z, 0-9 and -", exampleName);

/** What Google calls a project by. */
export const googleProject = pattern(
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  "must be a Google Cloud project id",
  "my-project-123",
);

export const port = (examplePort: number) => integer({ min: 1, max: 65_535, example: examplePort });
