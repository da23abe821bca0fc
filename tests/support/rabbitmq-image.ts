import { ensureDebianImage } from "../../tools/images/debian";

/** An image with RabbitMQ of Debian, which has the plugin. */
export async function rabbitmqImage(): Promise<string> {
  return ensureDebianImage({
    name: "rabbitmq",
    packages: ["rabbitmq-server"],
    onProgress: (line) => {
      console.log(line);
    },
  });
}

/** Enables the plugin, and serves. */
export const RABBITMQ_COMMAND: readonly string[] = [
  "sh",
  "-c",
  "echo '[rabbitmq_prometheus].' >/etc/rabbitmq/enabled_plugins; exec rabbitmq-server",
];

/** What `rabbitmqctl eval` makes a queue of, with so many messages that nobody fetches. */
export function waitingMessages(queue: string, count: number): string {
  return `
    Queue = rabbit_misc:r(<<"/">>, queue, <<"${queue}">>),
    rabbit_amqqueue:declare(Queue, true, false, [], none, <<"test">>),
    Exchange = rabbit_misc:r(<<"/">>, exchange, <<>>),
    [rabbit_basic:publish(Exchange, <<"${queue}">>, [], <<"work">>) || _ <- lists:seq(1, ${count})].`;
}
