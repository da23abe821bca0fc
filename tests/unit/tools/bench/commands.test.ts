import { tmpdir } from "node:os";

import { Commands } from "../../../../tools/bench/commands";

const PLACE = { folder: tmpdir(), environment: { SAID: "hello" } };
const node = (script: string) => [process.execPath, "-e", script];

function commands() {
  return new Commands(() => undefined);
}

test("a command's output and seconds are kept", async () => {
  const script = "setTimeout(() => console.log(process.env.SAID), 300);";
  const { stdout, seconds } = await commands().run(node(script), PLACE);
  expect(stdout).toBe("hello\n");
  expect(seconds).toBeGreaterThan(0.3);
  expect(seconds).toBeLessThan(20);
});

test("one that fails is told of, with its last words", async () => {
  const script = 'console.error("no such plan"); process.exit(3);';
  await expect(commands().run(node(script), PLACE)).rejects.toThrow(/ended with 3:\nno such plan$/);
});

test("once ended, the running one is interrupted and waited for, and no other begins", async () => {
  const all = commands();
  const script =
    'process.on("SIGINT", () => { console.log("finishing"); process.exit(0); }); setInterval(() => {}, 1000); console.log("ready");';
  const running = all.run(node(script), PLACE);
  setTimeout(() => {
    all.end();
  }, 1_000);
  await expect(running).rejects.toThrow("ended early");
  await expect(all.run(node("0"), PLACE)).rejects.toThrow("ended early");
  await expect(all.pause(10_000)).rejects.toThrow();
});
