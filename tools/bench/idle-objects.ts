type Json = Record<string, unknown>;

/** What the books say about one container, network or volume: Docker's own answer to `inspect`. */
export type IdleObject = Json;

/** Books of containers, networks and volumes. */
export class IdleObjects {
  private readonly kinds = new Map<string, IdleObject[]>([
    ["networks", [{ Id: "bridge", Name: "bridge", Driver: "bridge", Scope: "local" }]],
  ]);

  create(kind: string, name: string, id: string, body: Json): Json {
    const made = MAKERS[kind]?.(name, id, body) ?? {};
    this.of(kind).push(made);
    if (kind !== "containers") return kind === "networks" ? { Id: id, Warning: "" } : made;
    for (const [network, endpoint] of Object.entries(networksOf(body))) {
      this.attach(made, network, endpoint);
    }
    return { Id: id, Warnings: [] };
  }

  list(kind: string): unknown {
    const all = this.of(kind);
    if (kind === "volumes") return { Volumes: all, Warnings: [] };
    if (kind === "networks") return all;
    return all.map((one) => ({
      Id: one["Id"],
      Names: [one["Name"]],
      Image: (one["Config"] as Json)["Image"],
      Labels: (one["Config"] as Json)["Labels"],
      Ports: [],
      State: "running",
      Status: "Up",
    }));
  }

  find(kind: string, name: string): IdleObject | undefined {
    return this.of(kind).find(
      (one) => one["Id"] === name || one["Name"] === name || one["Name"] === `/${name}`,
    );
  }

  remove(kind: string, one: IdleObject): void {
    this.of(kind).splice(this.of(kind).indexOf(one), 1);
  }

  setRunning(container: IdleObject, isRunning: boolean): void {
    container["State"] = stateOf(isRunning);
  }

  connect(network: IdleObject, body: Json): void {
    const container = this.find("containers", body["Container"] as string);
    if (container) this.attach(container, network["Name"] as string, body["EndpointConfig"]);
  }

  private attach(container: IdleObject, network: string, endpoint: unknown): void {
    const settings = container["NetworkSettings"] as { Networks: Json };
    const id = this.find("networks", network)?.["Id"];
    settings.Networks[network] = { ...(endpoint as Json), NetworkID: id, IPAddress: "10.0.0.2" };
  }

  private of(kind: string): IdleObject[] {
    const known = this.kinds.get(kind) ?? [];
    this.kinds.set(kind, known);
    return known;
  }
}

function networksOf(body: Json): Json {
  const config = body["NetworkingConfig"] as { EndpointsConfig?: Json } | undefined;
  return config?.EndpointsConfig ?? {};
}

const SOME_TIME = "2026-01-01T00:00:00.000000000Z";

function stateOf(isRunning: boolean): Json {
  return {
    Status: isRunning ? "running" : "exited",
    Running: isRunning,
    ExitCode: 0,
    StartedAt: SOME_TIME,
    FinishedAt: isRunning ? "0001-01-01T00:00:00Z" : SOME_TIME,
    Health: { Status: isRunning ? "healthy" : "unhealthy", FailingStreak: 0, Log: [] },
  };
}

const MAKERS: Readonly<Record<string, (name: string, id: string, body: Json) => IdleObject>> = {
  containers: (name, id, config) => ({
    Id: id,
    Name: `/${name}`,
    Created: SOME_TIME,
    Image: config["Image"],
    Config: config,
    HostConfig: config["HostConfig"],
    State: stateOf(false),
    Mounts: [],
    NetworkSettings: { Networks: {}, Ports: (config["HostConfig"] as Json)["PortBindings"] ?? {} },
  }),
  networks: (_, id, body) => ({
    Scope: "local",
    Id: id,
    Created: SOME_TIME,
    Containers: {},
    ...body,
  }),
  volumes: (_, id, body) => ({
    Name: body["Name"] ?? id,
    Driver: "local",
    Scope: "local",
    Mountpoint: `/var/lib/docker/volumes/${id}/_data`,
    Labels: body["Labels"] ?? {},
    Options: body["DriverOpts"] ?? {},
    CreatedAt: SOME_TIME,
  }),
};
