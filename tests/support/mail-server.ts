import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { SMTPServer } from "smtp-server";

import { type Certificates, makeCertificates } from "../../tools/gateway/certificates";

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** A mail that was taken. */
export interface TakenMail {
  /** Whose login it came by; undefined where none is asked for. */
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
  readonly recipients: readonly string[];
  /** Head and body, with a line feed after each line. */
  readonly text: string;
}

/** A mail server as providers run them: it takes mail by a login, and shows a certificate. */
export class MailServer {
  readonly mails: TakenMail[] = [];
  /** Whoever began a mail, taken or not. */
  readonly senders: string[] = [];
  /** Users who were let in. */
  readonly letIn: string[] = [];
  /** Users who were refused. */
  readonly refused: string[] = [];

  private constructor(
    private readonly server: SMTPServer,
    private readonly host: string,
    /** The authority of its certificate, in PEM. */
    readonly authority: string,
  ) {}

  /**
   * @param host name in its certificate
   * @param address where it listens @default `host`
   * @param account who is let in @default it asks for no login
   * @param offersTls whether it knows STARTTLS @default true
   */
  static async start(
    host: string,
    {
      address = host,
      account,
      offersTls = true,
    }: { address?: string; account?: Account; offersTls?: boolean },
  ): Promise<MailServer> {
    const certificates: Certificates = await makeCertificates(host, 1);
    const server = new SMTPServer({
      key: certificates.key,
      cert: certificates.certificate,
      // Then it would take a login that everybody on the way can read.
      ...(offersTls ? {} : { disabledCommands: ["STARTTLS"], allowInsecureAuth: true }),
      authOptional: account === undefined,
      authMethods: ["PLAIN", "LOGIN"],
      onAuth: ({ username = "", password }, _session, done) => {
        const isRight = username === account?.user && password === account.password;
        (isRight ? standIn.letIn : standIn.refused).push(username);
        done(isRight ? null : new Error("wrong name or password"), { user: username });
      },
      onMailFrom: ({ address: sender }, _session, done) => {
        standIn.senders.push(sender);
        done();
      },
      onData: (stream, session, done) => {
        const take = async () => {
          standIn.mails.push({
            user: session.user as string | undefined,
            isEncrypted: session.secure,
            recipients: session.envelope.rcptTo.map((recipient) => recipient.address),
            text: (await text(stream)).replaceAll("\r\n", "\n"),
          });
        };
        take().then(() => {
          done();
        }, done);
      },
    });
    const standIn = new MailServer(server, host, certificates.authority);
    // A client that goes away in the middle.
    server.on("error", () => undefined);
    server.listen(0, address);
    await once(server.server, "listening");
    return standIn;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** How settings name it. */
  get smarthost(): string {
    return `${this.host}:${this.port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((done) => {
      this.server.close(done);
    });
  }
}
