import { remoteWrites } from "../../../configs/prometheus/remote-write";
import { requiredSecrets } from "../../../configs/secrets";
import { prometheusSpec } from "../../../configs/services/prometheus";
import { devSettings } from "../../support/fixtures";

const URL = "https://metrics.example.org/api/v1/write";
const with_ = (remoteWrite: object) => devSettings({ metrics: { remoteWrite } });
const spec = (settings: ReturnType<typeof devSettings>) =>
  prometheusSpec(settings, () => {
    throw new Error("nothing is rendered");
  });

describe("a copy of the metrics elsewhere", () => {
  it("is off by default, and Prometheus has no way out", () => {
    expect(remoteWrites(devSettings())).toEqual({});
    expect(spec(devSettings()).networks).not.toContain("egress");
  });

  it("is sent with the name and the password's file", () => {
    const settings = with_({ url: URL, login: "basic", username: 123456 });
    expect(remoteWrites(settings)).toEqual({
      remote_write: [
        {
          name: "remote",
          url: URL,
          basic_auth: {
            username: "123456",
            password_file: "/run/sightline/current/remote-write-password",
          },
        },
      ],
    });
    expect(requiredSecrets(settings).map(({ key }) => key)).toContain("remoteWritePassword");
    expect(spec(settings)).toMatchObject({
      secretFiles: ["remote-write-password"],
      // It is read for each request.
      restartOnSecrets: false,
    });
    expect(spec(settings).networks).toContain("egress");
  });

  it("is sent with a token's file", () => {
    expect(remoteWrites(with_({ url: URL, login: "bearer" }))).toEqual({
      remote_write: [
        {
          name: "remote",
          url: URL,
          authorization: {
            credentials_file: "/run/sightline/current/remote-write-password",
          },
        },
      ],
    });
  });

  it("needs no secret without a login", () => {
    const settings = with_({ url: "http://10.0.0.9:9090/api/v1/write" });
    expect(remoteWrites(settings)).toEqual({
      remote_write: [{ name: "remote", url: "http://10.0.0.9:9090/api/v1/write" }],
    });
    expect(requiredSecrets(settings).map(({ key }) => key)).not.toContain("remoteWritePassword");
  });

  it.each([
    [{ url: URL, login: "basic" }, "metrics.remoteWrite.username: must be set with login basic"],
    [
      { url: URL, username: "123456" },
      'metrics.remoteWrite.username: is sent with login basic alone; got "123456" with login none',
    ],
    [
      { url: "http://metrics.example.org/api/v1/write", login: "bearer" },
      "metrics.remoteWrite.url: must be https with login bearer, or the password is read on the way",
    ],
    [
      { url: "https://anna:secret@metrics.example.org/api/v1/write" },
      "metrics.remoteWrite.url: must be an absolute http(s) URL without credentials",
    ],
  ])("is refused: %j", (remoteWrite, message) => {
    expect(() => with_(remoteWrite)).toThrow(message);
  });
});
