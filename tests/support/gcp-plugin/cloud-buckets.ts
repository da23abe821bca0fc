import { randomUUID } from "node:crypto";

import { Answer, type Call } from "./answer";
import type { CloudAccounts } from "./cloud-accounts";

type Json = Readonly<Record<string, unknown>>;

interface Policy {
  readonly etag: string;
  readonly bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
}

/**
 * Buckets of fake-gcs-server, with what that does not keep kept here: place, class, lifecycle, labels,
 * and who may do what.
 */
export class CloudBuckets {
  private readonly settings = new Map<string, Json>();
  private readonly policies = new Map<string, Policy>();

  /** @param store origin of the fake-gcs-server */
  constructor(
    private readonly store: string,
    private readonly accounts: CloudAccounts,
  ) {}

  /** What a bucket is set to, by the names of Google's interface. */
  setting(bucket: string): Json | undefined {
    return this.settings.get(bucket);
  }

  /** Changes a setting as somebody does by hand, past Pulumi. */
  change(bucket: string, settings: Json): void {
    this.settings.set(bucket, { ...this.settings.get(bucket), ...settings });
  }

  mayUseObjects(email: string, bucket: string): boolean {
    return (this.policies.get(bucket)?.bindings ?? []).some(
      ({ role, members }) =>
        role === "roles/storage.objectUser" && members.includes(`serviceAccount:${email}`),
    );
  }

  /** Answers `/storage/v1/b` and what is right below it. */
  async answer(call: Call): Promise<Answer> {
    const [, escaped, isPolicy] = /^\/storage\/v1\/b(?:\/([^/]+))?(\/iam)?$/.exec(call.path) ?? [];
    if (escaped === undefined) return this.create(call);
    const name = decodeURIComponent(escaped);
    const stored = await this.ask("GET", escaped);
    if (stored.status !== 200) return Answer.refusal(404, "The specified bucket does not exist.");
    if (isPolicy !== undefined) return this.answerPolicy(call, name);
    if (call.method === "DELETE") return this.delete(name, escaped);
    if (call.method === "PATCH") this.change(name, call.body);
    return Answer.ok({ ...stored.body, ...this.settings.get(name) });
  }

  private async create({ body }: Call): Promise<Answer> {
    const name = String(body.name);
    const made = await this.ask("POST", "", { name });
    if (made.status !== 200) return made;
    this.settings.set(name, { ...body, location: String(body.location).toUpperCase() });
    return Answer.ok({ ...made.body, ...this.settings.get(name) });
  }

  private async delete(name: string, escaped: string): Promise<Answer> {
    const { status } = await this.ask("DELETE", escaped);
    // fake-gcs-server says 412.
    if (status !== 200) return Answer.refusal(409, "The bucket you tried to delete is not empty.");
    this.settings.delete(name);
    this.policies.delete(name);
    return Answer.ok({});
  }

  private answerPolicy({ method, body }: Call, bucket: string): Answer {
    const now = this.policies.get(bucket) ?? { etag: "none", bindings: [] };
    if (method === "GET") return Answer.ok(now);
    const { etag, bindings } = body as unknown as Policy;
    if (etag !== now.etag) return Answer.refusal(412, "The policy was changed meanwhile.");
    const unknown = bindings
      .flatMap(({ members }) => members)
      .find((member) => !this.accounts.has(member.replace("serviceAccount:", "")));
    if (unknown !== undefined)
      return Answer.refusal(400, `Service account ${unknown} does not exist.`);
    this.policies.set(bucket, { etag: randomUUID(), bindings });
    return Answer.ok(this.policies.get(bucket) ?? {});
  }

  private async ask(method: string, bucket: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.store}/storage/v1/b${bucket ? `/${bucket}` : ""}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    return new Answer(answer.status, text.startsWith("{") ? (JSON.parse(text) as object) : {});
  }
}
