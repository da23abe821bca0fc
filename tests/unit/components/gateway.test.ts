import { agentPassword, tlsFile, usersFile } from "../../../configs/gateway/credentials";
import { peopleFile } from "../../../configs/gateway/people";
import { type Certificates, makeCertificates } from "../../../tools/gateway/certificates";
import { FIXTURE_PASSWORDS, prodRaw, type Raw } from "../../support/fixtures";
import { failedRun, type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { isSecretInput, promiseOf, revealed } from "../../support/outputs";

const agentSecret = "fixture-agent-secret-of-32-characters";
let certificates: Certificates;
let resources: readonly Recorded[];
let lokiPushUrls: Readonly<Record<string, string>>;

function raw(): Raw {
  const { certificate, authority } = certificates;
  return prodRaw({
    logs: { route: "agent" },
    gateway: { enabled: true, certificate, certificateAuthority: authority },
  });
}

const secretsWith = (gatewayTlsKey: string) => ({
  ...FIXTURE_PASSWORDS,
  agentSecret,
  gatewayTlsKey,
});

beforeAll(async () => {
  certificates = await makeCertificates("10.0.0.2", 1);
  const secrets = secretsWith(certificates.key);
  const run = await runProgram({ stack: "prod", raw: raw(), secrets });
  ({ resources } = run);
  lokiPushUrls = await promiseOf(run.program.lokiPushUrls);
});

function uploadsOf(keeper: string): unknown {
  const { inputs } = resourceOf(resources, "Container", `${keeper}-container`);
  expect(isSecretInput(inputs.uploads)).toBe(true);
  return revealed(inputs.uploads);
}

describe("the gateway", () => {
  it("has logins and key in files that it alone may read", () => {
    expect(uploadsOf("gateway-secrets")).toEqual([
      expect.objectContaining({ file: "/keeper.sh" }),
      {
        file: "/incoming/gateway-tls",
        content: tlsFile(certificates.key, certificates.certificate),
      },
      { file: "/incoming/gateway-users", content: usersFile(agentSecret, ["app"]) },
    ]);
    const { inputs } = resourceOf(resources, "Container", "gateway-secrets-container");
    expect(inputs.envs).toEqual(["OWNER_UID=101", "RELOAD_URL="]);
  });

  it("is asked to read its configuration again on the internal network", () => {
    const { inputs } = resourceOf(resources, "Container", "gateway-config-container");
    expect(inputs.envs).toEqual(["OWNER_UID=", "RELOAD_URL=http://gateway:8080/-/reload"]);
  });

  it("is where the app host's agent pushes, with a password of its own", () => {
    expect(lokiPushUrls).toEqual({ app: "https://10.0.0.2:8443/loki/api/v1/push" });
    expect(uploadsOf("app-promtail-secrets")).toEqual([
      expect.objectContaining({ file: "/keeper.sh" }),
      { file: "/incoming/gateway-password", content: agentPassword(agentSecret, "app") },
    ]);
  });

  it("keeps the secret that passwords are made from out of every container", () => {
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(agentSecret));
    expect(holders.map(({ name }) => name)).toEqual([]);
  });
});

describe("a key that is another certificate's", () => {
  it("ends the program before any resource exists", async () => {
    const { key } = await makeCertificates("10.0.0.2", 1);
    const run = await failedRun({ stack: "prod", raw: raw(), secrets: secretsWith(key) });
    expect(run.error.message).toBe(
      "Invalid stack settings (1 problem):\n  - sightline:gatewayTlsKey: must be the private key of gateway.certificate, in PEM without a password: it is the key with which the gateway proves what it is. Fix: pulumi config set --secret sightline:gatewayTlsKey",
    );
    expect(run.resources).toEqual([]);
  });
});

describe("people at the door", () => {
  const password = "fixture-password-of-anna";
  const people = ["anna"];
  const passwords = JSON.stringify({ anna: password });
  const withPeople = () => prodRaw({ ...raw(), gateway: { ...Object(raw().gateway), people } });

  it("have hashes in a file that the gateway alone may read, and their passwords are nowhere", async () => {
    const secrets = { ...secretsWith(certificates.key), gatewayPasswords: passwords };
    const run = await runProgram({ stack: "prod", raw: withPeople(), secrets });
    const { inputs } = resourceOf(run.resources, "Container", "gateway-secrets-container");
    expect(isSecretInput(inputs.uploads)).toBe(true);
    expect(revealed(inputs.uploads)).toContainEqual({
      file: "/incoming/gateway-people",
      content: peopleFile(agentSecret, passwords, people),
    });
    const holders = run.resources.filter((one) => JSON.stringify(one.inputs).includes(password));
    expect(holders.map(({ name }) => name)).toEqual([]);
    expect(await promiseOf(run.program.urls)).toEqual({
      alertmanager: "https://10.0.0.2:8443/alertmanager",
      grafana: "https://10.0.0.2:8443/grafana",
      prometheus: "https://10.0.0.2:8443/prometheus",
    });
  });

  it("without a password end the program before any resource exists", async () => {
    const secrets = {
      ...secretsWith(certificates.key),
      gatewayPasswords: '{"ben":"twelve-chars"}',
    };
    const run = await failedRun({ stack: "prod", raw: withPeople(), secrets });
    expect(run.error.message).toBe(
      "Invalid stack settings (1 problem):\n  - sightline:gatewayPasswords: must have a password of at least 12 characters and at most 72 bytes for each of gateway.people: it is how gateway.people come in, and npm run credentials makes what is missing; got none for anna. Fix: pulumi config set --secret sightline:gatewayPasswords",
    );
    expect(run.resources).toEqual([]);
  });
});
