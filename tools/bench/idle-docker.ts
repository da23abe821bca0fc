import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type IdleObject, IdleObjects } from "./idle-objects";

/** What it answers for itself. */
const KINDS = ["containers", "networks", "volumes"];

const DOCKER = "/var/run/docker.sock";

/** How long a container takes from its start to its first health check that passes. */
const START_MS = 5_000;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Lends a Docker that keeps books of containers, networks and volumes, and runs nothing; of images and
 * of itself the real one tells. With it a deployment is measured that this machine could not run.
 */
export async function withIdleDocker(work: () => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-idle-docker-"));
  const socket = path.join(folder, "docker.sock");
  const objects = new IdleObjects();
  const server = createServer((incoming, outgoing) => {
    respond(objects, incoming, outgoing).catch((error: unknown) => {
      outgoing.writeHead(500).end(JSON.stringify({ message: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  process.env["DOCKER_HOST"] = `unix://${socket}`;
  try {
    await work();
  } finally {
    delete process.env["DOCKER_HOST"];
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A request about the books: `/containers/<name>/start` has a kind, a name and a verb. */
interface Call {
  readonly method: string;
  readonly kind: string;
  readonly name: string;
  readonly verb: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

async function respond(
  objects: IdleObjects,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://docker");
  const [kind = "", name = "", verb = ""] = url.pathname
    .replace(/^\/v[\d.]+/, "")
    .split("/")
    .slice(1);
  if (!KINDS.includes(kind)) {
    forward(incoming, outgoing);
    return;
  }
  const method = incoming.method ?? "GET";
  const body = await bodyOf(incoming);
  const query = url.searchParams;
  const call = { method, kind, name: decodeURIComponent(name), verb, query, body };
  const answer = await answerTo(objects, call);
  outgoing.writeHead(answer.status, { "content-type": "application/json" });
  outgoing.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}

/** What is uploaded into containers, an archive, nobody reads. */
async function bodyOf(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const isJson = incoming.headers["content-type"]?.includes("json") ?? false;
  if (!isJson || chunks.length === 0) return {};
  return JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
}

async function answerTo(objects: IdleObjects, call: Call): Promise<Answer> {
  const { method, kind, name } = call;
  if (method === "POST" && name === "create") {
    const id = randomBytes(32).toString("hex");
    return { status: 201, body: objects.create(kind, call.query.get("name") ?? id, id, call.body) };
  }
  if (method === "GET" && (name === "" || name === "json")) {
    return { status: 200, body: objects.list(kind) };
  }
  // Asked for beside a removal, and may come after it.
  if (call.verb === "wait") return { status: 200, body: { StatusCode: 0 } };
  const found = objects.find(kind, name);
  if (!found) return { status: 404, body: { message: `No such object: ${kind} ${name}` } };
  return method === "GET" ? { status: 200, body: found } : change(objects, call, found);
}

async function change(objects: IdleObjects, call: Call, found: IdleObject): Promise<Answer> {
  if (call.method === "DELETE") objects.remove(call.kind, found);
  if (call.verb === "connect") objects.connect(found, call.body);
  if (call.verb === "start") await sleep(START_MS);
  if (["start", "stop", "kill"].includes(call.verb)) {
    objects.setRunning(found, call.verb === "start");
    return { status: 204 };
  }
  return { status: 200, body: {} };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const options = {
    socketPath: DOCKER,
    path: incoming.url,
    method: incoming.method,
    headers: incoming.headers,
  };
  const onward = request(options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", (error) => {
    outgoing.writeHead(502).end(JSON.stringify({ message: error.message }));
  });
  incoming.pipe(onward);
}
