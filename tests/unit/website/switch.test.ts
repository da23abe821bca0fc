import { parseSwitch } from "../../../examples/website/switch";

const url = "http://127.0.0.1:8080/api/_switch";
const post = (body: object) => ({ method: "POST", url, body });

describe("parseSwitch", () => {
  it.each([
    [["slow", "3000"], post({ slow_ms: 3000, path: "/api/" })],
    [["slow", "0"], post({ slow_ms: 0, path: "/api/" })],
    [["errors", "0.5"], post({ error_rate: 0.5, path: "/api/" })],
    [["errors", "1", "--path", "/api/tasks"], post({ error_rate: 1, path: "/api/tasks" })],
    [["exception"], post({ exception_rate: 1, path: "/api/" })],
    [["exception", "0"], post({ exception_rate: 0, path: "/api/" })],
    [["js-error"], post({ js_error: true })],
    [["down"], post({ down: true })],
    [["up"], post({ down: false })],
    [["reset"], { method: "DELETE", url }],
    [["show"], { method: "GET", url }],
  ])("reads %j", (args, request) => {
    expect(parseSwitch(args)).toEqual(request);
  });

  it("asks the given site and no other", () => {
    const request = parseSwitch(["show", "--url", "https://shop.example/"]);
    expect(request).toEqual({ method: "GET", url: "https://shop.example/api/_switch" });
  });

  it("knows --help before anything else", () => {
    expect(parseSwitch(["--help", "--url", "nowhere"])).toBe("help");
  });

  it.each([
    [
      [],
      'command: must be one of slow, errors, exception, js-error, down, up, reset, show; got "".',
    ],
    [["slwo"], 'show; got "slwo". Fix: see --help'],
    [["toString"], 'show; got "toString". Fix: see --help'],
    [["slow"], 'slow: needs a number; got "".'],
    [["slow", "fast"], 'ms: must be a whole number from 0 to 30000; got "fast".'],
    [["slow", "30001"], 'ms: must be a whole number from 0 to 30000; got "30001".'],
    [["errors", "50"], 'share: must be a number from 0 to 1; got "50".'],
    [["exception", "NaN"], 'share: must be a number from 0 to 1; got "NaN".'],
    [["down", "now"], 'down: takes no more arguments; got "now". Fix: leave it out'],
    [["slow", "1", "2"], 'slow: takes no more arguments; got "2".'],
    [
      ["down", "--path", "/api/tasks"],
      '--path: applies to slow, errors, exception only; got "/api/tasks".',
    ],
    [["slow", "1", "--path", "/"], "--path: must begin with /api/"],
    [["show", "--url", "127.0.0.1:8080"], "--url: must be the address of a site"],
    [["show", "--url", "http://a.example/x"], 'without a path; got "http://a.example/x".'],
    [["show", "--port", "1"], "Unknown option '--port'"],
  ])("refuses %j", (args, message) => {
    expect(() => parseSwitch(args)).toThrow(message);
  });
});
