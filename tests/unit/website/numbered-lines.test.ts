import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { lineOf, parseLines, writeLines } from "../../../examples/website/numbered-lines";

const NOW = new Date("2026-05-04T03:02:01.007Z");
const FILE = ["--file", "app.log"];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-lines-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("it is slow and short by default, and names the run by the time", () => {
  const run = NOW.getTime().toString(36);
  expect(parseLines(FILE, NOW)).toEqual({ file: "app.log", run, rate: 10, count: 100 });
  expect(parseLines([...FILE, "--rate", "100", "--duration", "1m"], NOW)).toMatchObject({
    rate: 100,
    count: 6_000,
  });
});

test.each([
  [[], '--file: must be given; got "".'],
  [[...FILE, "--run", "a b"], "--run: must be 1 to 20 of a-z and 0-9"],
  [[...FILE, "--rate", "1001"], "--rate: must be a number from 0.01 to 1000"],
  [[...FILE, "--count", "1000001"], "--count: must be a whole number from 1 to 1000000"],
  [[...FILE, "--duration", "2h"], "--duration: must be a time from 1s to 1h"],
  [[...FILE, "--duration", "1m", "--count", "2"], "--duration: must be given without --count"],
])("it refuses %j", (args, message) => {
  expect(() => parseLines(args, NOW)).toThrow(message);
});

test("a line is written as the example's backend writes one", () => {
  expect(lineOf(NOW, "r1", 7)).toBe("2026-05-04 03:02:01,007 INFO [numbered] run r1 line 7\n");
});

test("every number is appended once, in order, below what was there", async () => {
  const file = path.join(folder, "app.log");
  await writeFile(file, "before\n");
  expect(await writeLines({ file, run: "r1", rate: 1_000, count: 20 })).toBe(20);
  const [before, ...lines] = (await readFile(file, "utf8")).trimEnd().split("\n");
  expect(before).toBe("before");
  expect(lines.map((line) => line.replace(/^.*run r1 line /, ""))).toEqual(
    Array.from({ length: 20 }, (_, index) => String(index + 1)),
  );
});

test("it ends early when told to, and says how many there are", async () => {
  const file = path.join(folder, "app.log");
  const stop = new AbortController();
  setTimeout(() => {
    stop.abort();
  }, 100);
  const written = await writeLines({ file, run: "r1", rate: 20, count: 1_000 }, stop.signal);
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  expect(lines).toHaveLength(written);
  expect(written).toBeLessThan(1_000);
});
