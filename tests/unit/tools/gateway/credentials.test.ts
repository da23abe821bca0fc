import { createPrivateKey, X509Certificate } from "node:crypto";

import { trusted } from "../../../../tools/commands/credentials";
import { makeCertificates } from "../../../../tools/gateway/certificates";

const DAY_MS = 86_400_000;

test.each(["10.0.0.2", "logs.shop.test"])(
  "a certificate for %s is that name's alone, signed, and as old as was asked for",
  async (name) => {
    const made = await makeCertificates(name, 30);
    const [own, authority] = [made.certificate, made.authority].map(
      (pem) => new X509Certificate(pem),
    ) as [X509Certificate, X509Certificate];
    const kind = /^\d/.test(name) ? "IP Address" : "DNS";
    expect(own.subjectAltName).toBe(`${kind}:${name}`);
    expect(own.verify(authority.publicKey) && own.checkIssued(authority)).toBe(true);
    expect([own.ca, authority.ca]).toEqual([false, true]);
    expect(own.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
    const days = (Date.parse(own.validTo) - Date.parse(own.validFrom)) / DAY_MS;
    expect(days).toBe(30);
  },
);

test("a certificate has the name of browsers too, where that is another", async () => {
  const { certificate } = await makeCertificates(["10.66.0.1", "monitoring.shop.test"], 1);
  const names = new X509Certificate(certificate).subjectAltName;
  expect(names).toBe("IP Address:10.66.0.1, DNS:monitoring.shop.test");
});

test("an authority is trusted beside the one before, and the ones before that are forgotten", () => {
  const [first, second, third] = ["MQ==", "Mg==", "Mw=="].map(
    (text) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
  ) as [string, string, string];
  const twice = trusted(second, trusted(first, undefined));
  expect(twice).toBe(second + first);
  expect(trusted(third, twice)).toBe(third + second);
});
