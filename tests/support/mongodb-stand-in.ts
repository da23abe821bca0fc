import { ensureDebianImage } from "../../tools/images/debian";

/** An image with Python and its BSON, for what stands in for MongoDB: no package registry has that. */
export async function mongodbImage(): Promise<string> {
  return ensureDebianImage({
    name: "mongodb-stand-in",
    packages: ["python3-bson"],
    onProgress: (line) => {
      console.log(line);
    },
  });
}

/** What the stand-in says of itself; each can be changed while it runs. */
export interface MongodbState {
  readonly connections: number;
  /** How far its first secondary is behind, in seconds. */
  readonly lag: number;
  /** Whether it reaches its second secondary: 1 or 0. */
  readonly health: number;
}

const CALM: MongodbState = { connections: 20, lag: 0, health: 1 };
const FILE = "/tmp/state.json";

/** Changes what the stand-in says; run in its container. */
export function mongodbSays(state: Partial<MongodbState>): readonly string[] {
  return ["sh", "-c", `printf %s "$0" >${FILE}`, JSON.stringify({ ...CALM, ...state })];
}

/** How it is started: with the user and the password that it asks for. */
export function mongodbCommand(user: string, password: string): readonly string[] {
  return ["python3", "-u", "-c", SERVER, user, password, JSON.stringify(CALM), FILE];
}

/**
 * Speaks MongoDB's protocol as far as its exporter does: logins by SCRAM-SHA-256 (RFC 7677), and the
 * primary of a replica set of three that tells about itself, in the form that MongoDB documents.
 */
const SERVER = String.raw`
import base64, datetime, hashlib, hmac, json, os, signal, socketserver, struct, sys
import bson
from bson import BSON, ObjectId

USER, PASSWORD, CALM, FILE = sys.argv[1:5]
NAME = "rs0"
CLUSTER = ObjectId("5f5900000000000000000001")
ROUNDS = 4096
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

def state():
    try:
        return json.load(open(FILE))
    except FileNotFoundError:
        return json.loads(CALM)

def now():
    return datetime.datetime.now(datetime.timezone.utc)

def member(index, word, behind=0, health=1):
    written = now() - datetime.timedelta(seconds=behind)
    return {"_id": index, "name": "mongodb-%d:27017" % index, "health": health,
            "state": 1 if word == "PRIMARY" else 2, "stateStr": word, "optimeDate": written}

def replication():
    said = state()
    gone = said["health"] == 0
    return {"set": NAME, "myState": 1, "ok": 1.0, "members": [
        member(0, "PRIMARY"),
        member(1, "SECONDARY", said["lag"]),
        member(2, "(not reachable/healthy)" if gone else "SECONDARY", 0, said["health"]),
    ]}

def status():
    said = state()
    return {
        "uptime": 60,
        "connections": {"current": said["connections"], "available": 100 - said["connections"], "active": 1},
        "opcounters": {"insert": 1, "query": 2, "update": 3, "delete": 4, "getmore": 5, "command": 6},
    }

HELLO = {"ismaster": True, "isWritablePrimary": True, "helloOk": True, "setName": NAME,
         "hosts": ["mongodb:27017"], "me": "mongodb:27017", "primary": "mongodb:27017", "readOnly": False,
         "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000, "maxWriteBatchSize": 100000,
         "minWireVersion": 0, "maxWireVersion": 21, "saslSupportedMechs": ["SCRAM-SHA-256"], "ok": 1.0}
CONFIG = {"_id": NAME, "version": 1, "members": [], "settings": {"replicaSetId": CLUSTER}}
ANSWERS = {
    "ping": lambda _: {"ok": 1.0},
    "endSessions": lambda _: {"ok": 1.0},
    "buildInfo": lambda _: {"version": "7.0.14", "versionArray": [7, 0, 14, 0], "modules": [], "ok": 1.0},
    "getCmdLineOpts": lambda _: {"argv": ["mongod"], "parsed": {}, "ok": 1.0},
    "listDatabases": lambda _: {"databases": [], "totalSize": 0, "ok": 1.0},
    "find": lambda asked: {"cursor": {"id": bson.Int64(0), "ns": asked["$db"] + "." + asked["find"],
                                      "firstBatch": []}, "ok": 1.0},
    "replSetGetConfig": lambda _: {"config": CONFIG, "ok": 1.0},
    "replSetGetStatus": lambda _: replication(),
    "getDiagnosticData": lambda _: {"data": {"start": now(), "serverStatus": status(),
                                             "replSetGetStatus": replication(), "end": now()}, "ok": 1.0},
}

def refuse(code, name, words):
    return {"ok": 0.0, "code": code, "codeName": name, "errmsg": words}

def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

class Login:
    def __init__(self):
        self.done = False

    def start(self, asked):
        self.bare = asked["payload"].decode().split(",", 2)[2]
        fields = dict(part.split("=", 1) for part in self.bare.split(","))
        self.user = fields["n"]
        salt = os.urandom(16)
        self.salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, ROUNDS)
        self.first = "r=%s,s=%s,i=%d" % (fields["r"] + "stand-in", base64.b64encode(salt).decode(), ROUNDS)
        return self.step(self.first, False)

    def go_on(self, asked):
        final = asked["payload"].decode()
        if final == "":
            return self.step("", True)
        without, proof = final.rsplit(",p=", 1)
        signed = ",".join([self.bare, self.first, without])
        key = mac(self.salted, "Client Key")
        stored = hashlib.sha256(key).digest()
        claimed = bytes(a ^ b for a, b in zip(base64.b64decode(proof), mac(stored, signed)))
        if self.user != USER or hashlib.sha256(claimed).digest() != stored:
            return refuse(18, "AuthenticationFailed", "Authentication failed.")
        self.done = True
        server = mac(mac(self.salted, "Server Key"), signed)
        return self.step("v=" + base64.b64encode(server).decode(), True)

    def step(self, text, done):
        return {"conversationId": 1, "done": done, "payload": text.encode(), "ok": 1.0}

def answer(login, asked):
    command = next(iter(asked))
    if command.lower() in ("hello", "ismaster"):
        return {**HELLO, "localTime": now()}
    if command == "saslStart":
        return login.start(asked)
    if command == "saslContinue":
        return login.go_on(asked)
    if not login.done and command != "ping":
        return refuse(13, "Unauthorized", "command %s requires authentication" % command)
    known = ANSWERS.get(command)
    return known(asked) if known else refuse(59, "CommandNotFound", "no such command: '%s'" % command)

class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        login = Login()
        while True:
            head = self.rfile.read(16)
            if len(head) < 16:
                return
            length, number, _, kind = struct.unpack("<iiii", head)
            body = self.rfile.read(length - 16)
            if kind == 2004:
                # The old form, in which every client asks first who this is.
                asked = BSON(body[body.index(b"\0", 4) + 9:]).decode()
                reply = struct.pack("<iqii", 8, 0, 0, 1) + BSON.encode(answer(login, asked))
                self.send(number, 1, reply)
            elif kind == 2013:
                asked = BSON(body[5:]).decode()
                self.send(number, 2013, struct.pack("<iB", 0, 0) + BSON.encode(answer(login, asked)))
            else:
                return

    def send(self, to, kind, body):
        self.wfile.write(struct.pack("<iiii", len(body) + 16, 0, to, kind) + body)

class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

Server(("", 27017), Connection).serve_forever()
`;
