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
  /** Whose login it came by. */
  readonly user: string;
  readonly isEncrypted: boolean;
  readonly recipients: readonly string[];
  readonly text: string;
}

/** A mail server as providers run them: it takes mail by a login alone, and shows a certificate. */
export class MailServer {
  readonly mails: TakenMail[] = [];
  /** Users who were refused. */
  readonly refused: string[] = [];

  private constructor(
    private readonly server: SMTPServer,
    /** The authority of its certificate, in PEM. */
    readonly authority: string,
  ) {}

  /** @param offersTls whether it knows STARTTLS @default true */
  static async start(
    host: string,
    {
      address,
      account,
      offersTls = true,
    }: { address: string; account: Account; offersTls?: boolean },
  ): Promise<MailServer> {
    const certificates: Certificates = await makeCertificates(host, 1);
    const server = new SMTPServer({
      key: certificates.key,
      cert: certificates.certificate,
      // Then it would take a login that everybody on the way can read.
      ...(offersTls ? {} : { hideSTARTTLS: true, allowInsecureAuth: true }),
      authMethods: ["PLAIN", "LOGIN"],
      onAuth: ({ username = "", password }, _session, done) => {
        const isRight = username === account.user && password === account.password;
        if (!isRight) standIn.refused.push(username);
        done(isRight ? null : new Error("wrong name or password"), { user: username });
      },
      onData: (stream, session, done) => {
        const take = async () => {
          standIn.mails.push({
            user: String(session.user),
            isEncrypted: session.secure,
            recipients: session.envelope.rcptTo.map((recipient) => recipient.address),
            text: await text(stream),
          });
        };
        take().then(() => {
          done();
        }, done);
      },
    });
    const standIn = new MailServer(server, certificates.authority);
    // A client that goes away in the middle.
    server.on("error", () => undefined);
    server.listen(0, address);
    await once(server.server, "listening");
    return standIn;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((done) => {
      this.server.close(done);
    });
  }
}
