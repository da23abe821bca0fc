import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** Speaks as much SMTP as a login and a mail need, and lets one account in. */
export class SmtpStandIn {
  /** Each command that came, without what follows its name in a login. */
  readonly commands: string[] = [];
  readonly mails: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly account: { readonly user: string; readonly password: string },
  ) {}

  static async start(account: { user: string; password: string }): Promise<SmtpStandIn> {
    const standIn = new SmtpStandIn(createServer(), account);
    standIn.server.on("connection", (socket) => {
      standIn.talk(socket);
    });
    standIn.server.listen(0, "127.0.0.1");
    await once(standIn.server, "listening");
    return standIn;
  }

  get smarthost(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
  }

  private talk(socket: Socket): void {
    let mail: string[] | undefined;
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on("error", () => undefined);
    say("220 stand-in");
    createInterface({ input: socket }).on("line", (line) => {
      if (mail && line !== ".") return void mail.push(line);
      if (mail) {
        this.mails.push(mail.join("\n"));
        mail = undefined;
        return void say("250 taken");
      }
      this.commands.push(line.split(" ").slice(0, 2).join(" "));
      if (line === "DATA") mail = [];
      say(this.answer(line));
      if (line === "QUIT") socket.end();
    });
  }

  private answer(line: string): string {
    const [verb = "", , initial = ""] = line.split(" ");
    switch (verb) {
      case "EHLO":
        return "250-stand-in\r\n250 AUTH PLAIN";
      case "AUTH": {
        const { user, password } = this.account;
        const isRight = Buffer.from(initial, "base64").toString() === `\0${user}\0${password}`;
        return isRight ? "235 let in" : "535 5.7.8 wrong name or password";
      }
      case "DATA":
        return "354 go on";
      case "QUIT":
        return "221 bye";
      case "STARTTLS":
        return "502 not here";
      default:
        return "250 well";
    }
  }
}
