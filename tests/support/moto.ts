import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, request as forward, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { cacheRoot } from "../../tools/lib/paths";
import { freePorts } from "./free-ports";
import { quiet } from "./quiet";
import { waitFor } from "./wait";

/** Of PyPI. It is no part of Sightline, so it is fetched when a test first wants it. */
const VERSION = "5.2.5";
const REGION = "eu-central-1";

/**
 * Stands in for Amazon's EC2 API: moto, with a recorder before it that remembers by which key it was
 * asked. It checks no signature.
 */
export class Moto {
  private constructor(
    private readonly process: ChildProcess,
    private readonly recorder: Server,
    /** Where EC2's API answers. */
    readonly endpoint: string,
    /** Access keys of the requests, in order. */
    readonly accessKeys: string[],
  ) {}

  /** @param address on which askers in containers can reach it, and nobody outside this machine */
  static async start(address: string): Promise<Moto> {
    const program = await installed();
    const { moto: port } = await freePorts(["moto"]);
    const moto = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const accessKeys: string[] = [];
    const recorder = createServer((incoming, answer) => {
      const [, key] = /Credential=([^/]+)\//.exec(incoming.headers.authorization ?? "") ?? [];
      if (key !== undefined) accessKeys.push(key);
      const { method, url, headers } = incoming;
      const onward = forward({ host: "127.0.0.1", port, method, path: url, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      onward.on("error", () => answer.writeHead(502).end());
      incoming.pipe(onward);
    }).listen(0, address);
    await once(recorder, "listening");
    const endpoint = `http://${address}:${(recorder.address() as AddressInfo).port}`;
    const server = new Moto(moto, recorder, endpoint, accessKeys);
    try {
      await waitFor(
        { what: "moto answers", deadlineMs: 60_000 },
        async () => (await fetch(`${endpoint}/moto-api/`)).status,
        (status) => status === 200,
      );
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Starts a machine. @returns its id */
  async run(privateAddress: string, tags: Readonly<Record<string, string>>): Promise<string> {
    const answer = await this.ask({
      Action: "RunInstances",
      ImageId: "ami-12c6146b",
      MinCount: "1",
      MaxCount: "1",
      PrivateIpAddress: privateAddress,
      "TagSpecification.1.ResourceType": "instance",
      ...tagWords("TagSpecification.1.Tag", tags),
    });
    const [, id] = /<instanceId>(i-[0-9a-f]+)</.exec(answer) ?? [];
    if (id === undefined) throw new Error(`moto started no machine: ${answer}`);
    return id;
  }

  async tag(id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.ask({ Action: "CreateTags", "ResourceId.1": id, ...tagWords("Tag", tags) });
  }

  async untag(id: string, name: string): Promise<void> {
    await this.ask({ Action: "DeleteTags", "ResourceId.1": id, "Tag.1.Key": name });
  }

  async stopMachine(id: string): Promise<void> {
    await this.ask({ Action: "StopInstances", "InstanceId.1": id });
  }

  async stop(): Promise<void> {
    this.recorder.closeAllConnections();
    await once(this.recorder.close(), "close");
    if (this.process.exitCode === null && this.process.kill()) await once(this.process, "exit");
  }

  private async ask(words: Readonly<Record<string, string>>): Promise<string> {
    const scope = `20260101/${REGION}/ec2/aws4_request`;
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Version: "2016-11-15", ...words }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`moto answered ${response.status}: ${text}`);
    return text;
  }
}

function tagWords(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  const words = Object.entries(tags).flatMap(([key, value], index) => [
    [`${prefix}.${index + 1}.Key`, key],
    [`${prefix}.${index + 1}.Value`, value],
  ]);
  return Object.fromEntries(words) as Record<string, string>;
}

async function installed(): Promise<string> {
  const folder = path.join(cacheRoot(), `moto-${VERSION}`);
  const program = path.join(folder, "bin", "moto_server");
  if (existsSync(program)) return program;
  await mkdir(cacheRoot(), { recursive: true });
  await quiet`python3 -m venv ${folder}`;
  await quiet`${path.join(folder, "bin", "pip")} install --quiet ${`moto[ec2,server]==${VERSION}`}`;
  return program;
}
