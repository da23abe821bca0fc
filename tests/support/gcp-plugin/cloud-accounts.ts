import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  verify,
} from "node:crypto";

import { Answer, type Call } from "./answer";

interface Account {
  readonly name: string;
  readonly email: string;
  readonly projectId: string;
  readonly uniqueId: string;
  readonly displayName: string;
  readonly keys: Map<string, KeyObject>;
}

/** As many as Google lets an account have. */
const MAX_KEYS = 10;

/** Service accounts and their keys, as Google's IAM has them. */
export class CloudAccounts {
  private readonly byName = new Map<string, Account>();
  private made = 0;

  /** @param tokenUrl where a key is exchanged for a token; a key's file names it */
  constructor(private readonly tokenUrl: () => string) {}

  /** Addresses of the accounts, with the ids of their keys. */
  get all(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      [...this.byName.values()].map(({ email, keys }) => [email, [...keys.keys()]]),
    );
  }

  has(email: string): boolean {
    return [...this.byName.values()].some((account) => account.email === email);
  }

  /** Answers below `/v1/projects/`. */
  answer({ method, path, body }: Call): Answer {
    const [, project = "", email, keyId] =
      /^\/v1\/projects\/([^/]+)\/serviceAccounts(?:\/([^/]+))?(?:\/keys(?:\/([^/]+))?)?$/.exec(
        decodeURIComponent(path),
      ) ?? [];
    if (email === undefined) return this.create(project, body);
    const account = this.byName.get(`projects/${project}/serviceAccounts/${email}`);
    if (!account) return Answer.refusal(404, `Service account ${email} does not exist.`);
    if (/\/keys(\/|$)/.test(path)) return this.answerKey(method, account, keyId);
    if (method === "DELETE") this.byName.delete(account.name);
    if (method === "PATCH") return this.put({ ...account, ...displayNameOf(body) });
    return Answer.ok(told(account));
  }

  /** The address of the account that signed an assertion with a key that is still there. */
  signer(assertion: string): string | undefined {
    const [header = "", claims = "", signature = ""] = assertion.split(".");
    const { kid } = decoded(header);
    const { iss } = decoded(claims);
    const account = [...this.byName.values()].find(({ email }) => email === iss);
    const key = account?.keys.get(kid ?? "");
    if (!account || !key) return undefined;
    const text = Buffer.from(`${header}.${claims}`);
    const isSigned = verify("RSA-SHA256", text, key, Buffer.from(signature, "base64url"));
    return isSigned ? account.email : undefined;
  }

  private create(projectId: string, body: Call["body"]): Answer {
    const id = String(body.accountId);
    if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id)) {
      return Answer.refusal(400, `Invalid service account ID ${id}`);
    }
    const email = `${id}@${projectId}.iam.gserviceaccount.com`;
    const name = `projects/${projectId}/serviceAccounts/${email}`;
    if (this.byName.has(name)) return Answer.refusal(409, `Service account ${id} already exists`);
    const uniqueId = String((this.made += 1));
    return this.put({ name, email, projectId, uniqueId, ...displayNameOf(body), keys: new Map() });
  }

  private put(account: Account): Answer {
    this.byName.set(account.name, account);
    return Answer.ok(told(account));
  }

  private answerKey(method: string, account: Account, id?: string): Answer {
    if (id === undefined) return this.createKey(account);
    if (!account.keys.has(id))
      return Answer.refusal(404, `Service account key ${id} does not exist.`);
    if (method === "DELETE") account.keys.delete(id);
    return Answer.ok({ name: `${account.name}/keys/${id}` });
  }

  private createKey({ name, email, keys, projectId, uniqueId }: Account): Answer {
    if (keys.size >= MAX_KEYS)
      return Answer.refusal(429, "Maximum number of keys on account reached");
    const id = randomUUID().replaceAll("-", "");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    keys.set(id, createPublicKey(privateKey));
    const file = {
      type: "service_account",
      project_id: projectId,
      private_key_id: id,
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      client_email: email,
      client_id: uniqueId,
      token_uri: this.tokenUrl(),
    };
    const privateKeyData = Buffer.from(JSON.stringify(file)).toString("base64");
    return Answer.ok({ name: `${name}/keys/${id}`, privateKeyData });
  }
}

function told({ name, email, projectId, uniqueId, displayName }: Account): object {
  return { name, email, projectId, uniqueId, displayName };
}

function displayNameOf(body: Call["body"]): { readonly displayName: string } {
  const { displayName = "" } = body.serviceAccount as { displayName?: string };
  return { displayName };
}

function decoded(part: string): { readonly kid?: string; readonly iss?: string } {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as { kid?: string; iss?: string };
}
