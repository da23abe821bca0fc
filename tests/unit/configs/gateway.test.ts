import { lokiPushUrl, publishedCentrally } from "../../../configs/central";
import { alloyLogin, promtailLogin } from "../../../configs/gateway/agent";
import { agentPassword, tlsFile, usersFile } from "../../../configs/gateway/credentials";
import { gatewayUsers } from "../../../configs/gateway/route";
import { specsOn } from "../../../configs/hosts";
import { parseSettings, type Settings } from "../../../configs/settings/settings";
import { type Certificates, makeCertificates } from "../../../tools/gateway/certificates";
import { devRaw, fourServers, onHosts, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

const ADDRESS = "10.0.0.1";
let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates(ADDRESS, 1);
});

function gateway(more: Raw = {}): Raw {
  const { certificate, authority } = certificates;
  return { gateway: { enabled: true, certificate, certificateAuthority: authority, ...more } };
}

const shops = (more: Raw = {}) =>
  onHosts({ monitoring: {}, "shop-1": {}, "shop-2": {} }, { ...gateway(), ...more });
const parse = (raw: Raw): Settings => parseSettings(raw, "prod");
const gatewayOf = (settings: Settings) =>
  specsOn(settings, "monitoring").find(({ name }) => name === "gateway");

describe("the way of the logs", () => {
  it("is the gateway's for app hosts elsewhere, and Loki's own for the monitoring host", () => {
    const settings = parse(shops());
    expect(gatewayUsers(settings)).toEqual(["shop-1", "shop-2"]);
    expect(lokiPushUrl(settings, "shop-1")).toBe("https://10.0.0.1:8443/loki/api/v1/push");
    expect(lokiPushUrl(settings, "monitoring")).toBe("http://loki:3100/loki/api/v1/push");
  });

  it("leaves Loki without a port on any address", () => {
    expect(publishedCentrally(parse(shops()), "loki")).toEqual([]);
    expect(gatewayOf(parse(shops()))?.publish).toEqual([
      { containerPort: 8443, hostPort: 8443, hostAddress: "10.0.0.1" },
    ]);
  });

  it("may have another address, port and name", async () => {
    const { certificate, authority } = await makeCertificates("logs.shop.test", 1);
    const settings = parse(
      shops({
        gateway: {
          ...{ enabled: true, certificate, certificateAuthority: authority },
          ...{ address: "203.0.113.7", port: 443, serverName: "logs.shop.test" },
        },
      }),
    );
    expect(lokiPushUrl(settings, "shop-2")).toBe("https://logs.shop.test:443/loki/api/v1/push");
    expect(gatewayOf(settings)?.publish).toEqual([
      { containerPort: 8443, hostPort: 443, hostAddress: "203.0.113.7" },
    ]);
  });

  it("goes on to Loki on a host of its own, which lets the gateway in", () => {
    // The monitoring host of the four is the second.
    const settings = { ...parse(fourServers()), gateway: parse(shops()).gateway };
    expect(renderedFile(settings, "gateway/nginx.conf")).toContain("set $upstream 10.0.0.3:3100;");
    expect(publishedCentrally(settings, "loki")).toHaveLength(1);
    expect(specsOn(settings, "prometheus").find(({ name }) => name === "gateway")).toMatchObject({
      networks: ["data", "egress"],
    });
  });

  it("has no gateway where nobody asked for one, and no user where all is one machine", () => {
    expect(gatewayOf(parse(onHosts({ monitoring: {}, shop: {} })))).toBeUndefined();
    expect(gatewayUsers(parse(devRaw({ gateway: { enabled: false } })))).toEqual([]);
  });
});

describe("a login", () => {
  const secret = "s".repeat(32);

  it("is made from the secret and the host's name, and never changes by itself", () => {
    expect(agentPassword(secret, "shop-1")).toBe("V-s_1Br5x2fFlBmEt1UmlW-cMrsfqr0XwrotIy8Qgzc");
    expect(agentPassword(secret, "shop-2")).not.toBe(agentPassword(secret, "shop-1"));
    expect(agentPassword(secret.replace("s", "t"), "shop-1")).not.toBe(
      agentPassword(secret, "shop-1"),
    );
  });

  it("is known to nginx by a hash alone, in the order of names", () => {
    expect(usersFile(secret, ["shop-2", "shop-1"])).toBe(
      "# host:hash\nshop-1:{SHA}c+AojUch18CZkTF1ujM7hTAP794=\nshop-2:{SHA}3+icfIAPQqcEm2RuuSLgS/olsFs=\n",
    );
  });

  it("of nobody is a file all the same: the provider uploads no empty one", () => {
    expect(usersFile(secret, [])).toBe("# host:hash\n");
  });

  it("of Promtail is read from files", () => {
    expect(promtailLogin(parse(shops()), "shop-1")).toEqual({
      basic_auth: { username: "shop-1", password_file: "/run/sightline/current/gateway-password" },
      tls_config: { ca_file: "/etc/sightline/current/gateway-ca.pem" },
    });
    expect(promtailLogin(parse(shops()), "monitoring")).toEqual({});
  });

  it("of Alloy is read from the same files", () => {
    expect(alloyLogin(parse(shops()), "shop-1")).toEqual([
      {
        name: "basic_auth",
        attributes: {
          username: "shop-1",
          password_file: "/run/sightline/current/gateway-password",
        },
      },
      { name: "tls_config", attributes: { ca_file: "/etc/sightline/current/gateway-ca.pem" } },
    ]);
    expect(alloyLogin(parse(shops()), "monitoring")).toEqual([]);
  });

  it("trusts whom the system trusts, where no authority is named", () => {
    const settings = parse(shops(gateway({ certificateAuthority: undefined })));
    expect(promtailLogin(settings, "shop-1")).not.toHaveProperty("tls_config");
    expect(alloyLogin(settings, "shop-1")).toHaveLength(1);
  });
});

describe("the gateway's files", () => {
  it("let one path through, after TLS and a login", () => {
    expect(renderedFile(parse(shops()), "gateway/nginx.conf")).toBe(NGINX_CONF);
  });

  it("hold key and certificate in one, so that they change together", () => {
    expect(tlsFile("key\n\n", "one\ntwo")).toBe("key\none\ntwo\n");
  });
});

describe("a gateway that cannot work", () => {
  it("has no certificate", () => {
    expect(problemsOf(shops({ gateway: { enabled: true } }))).toEqual([
      "gateway.certificate: must be set where the gateway is enabled: agents push by https alone; got nothing. Fix: npm run credentials -- --stack <stack>, or bring a certificate of your own",
    ]);
  });

  it("has one of another name", () => {
    expect(problemsOf(shops(gateway({ serverName: "logs.shop.test" })))).toEqual([
      "gateway.certificate: must be made for logs.shop.test, the name by which agents reach the gateway; got IP Address:10.0.0.1. Fix: set gateway.serverName to a name that it has, or: npm run credentials -- --stack <stack>, or bring a certificate of your own",
    ]);
  });

  it("has one that the trusted authority did not sign", async () => {
    const { authority } = await makeCertificates(ADDRESS, 1);
    expect(problemsOf(shops(gateway({ certificateAuthority: authority })))).toEqual([
      "gateway.certificateAuthority: must have signed gateway.certificate, or no agent trusts the gateway; got a certificate signed by CN=Sightline gateway authority. Fix: npm run credentials -- --stack <stack>, or bring a certificate of your own",
    ]);
  });

  it("has the authority before among those that are trusted, and that is no mistake", async () => {
    const { authority } = await makeCertificates(ADDRESS, 1);
    const both = [certificates.authority, authority].join("");
    expect(problemsOf(shops(gateway({ certificateAuthority: both })))).toEqual([]);
  });

  it.each(["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])(
    "has %j for one",
    (certificate) => {
      const [message] = problemsOf(shops(gateway({ certificate })));
      expect(message).toMatch(
        /^gateway\.certificate: must be one certificate or more in PEM, the gateway's own first; got /,
      );
    },
  );

  it("is not there for the people that are named", () => {
    expect(problemsOf(shops({ gateway: { people: ["anna"] } }))).toEqual([
      "gateway.people: come in by the gateway, and it is not enabled; got anna. Fix: npm run credentials -- --stack <stack>, or bring a certificate of your own",
    ]);
  });

  it.each([
    [
      ["Anna Maria"],
      "gateway.people[0]: must be a name of a-z, 0-9, _ and -, that begins with a letter",
    ],
    ["anna", "gateway.people: must be a list of names"],
    [["anna", "anna"], "gateway.people: must have each name once"],
  ])("has %j for people", (people, rule) => {
    const [message] = problemsOf(shops(gateway({ people })));
    expect(message?.split(";")[0]).toBe(rule);
  });

  it("wants a port that is taken", () => {
    expect(problemsOf(shops(gateway({ port: 9090 })))).toEqual([
      "publish: must give every page a port of its own; got 9090 for gateway.port and publish.prometheus. Fix: pulumi config set --path 'sightline:publish.prometheus' <a free port>",
    ]);
  });
});

const NGINX_CONF = `pid /tmp/nginx.pid;
worker_processes 2;
# What is under way when files change is finished, but not for ever.
worker_shutdown_timeout 60s;
error_log stderr warn;
events {
  worker_connections 512;
}
http {
  server_tokens off;
  log_format short '$remote_addr $remote_user "$request_method $asked" $status $request_length $request_time';
  # As it was asked for, without what follows a question mark.
  map $request_uri $asked { "~^([^?]*)" $1; }
  # Agents push every second: only what went wrong is worth a line.
  map $status $is_failure { ~^[23] 0; default 1; }
  access_log /dev/stdout short if=$is_failure;
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  client_max_body_size 8m;
  client_body_buffer_size 1m;
  client_header_timeout 10s;
  client_body_timeout 30s;
  send_timeout 30s;
  large_client_header_buffers 4 8k;
  limit_req_zone $binary_remote_addr zone=requests:1m rate=100r/s;
  limit_conn_zone $binary_remote_addr zone=connections:1m;
  # Of all refusals agents try again after 429 and 5xx alone, and throw lines away after others.
  limit_req_status 429;
  limit_conn_status 429;
  server {
    listen 8080;
    access_log off;
    # Its real name is that of the folder which is in place now.
    root /etc/sightline/current;
    location / { return 404; }
    location = /-/healthy {
      if (-e /tmp/state/refused$realpath_root) { return 500; }
      return 200;
    }
    location = /-/reload {
      if (-e /tmp/state/taken$realpath_root) { return 200; }
      if (-e /tmp/state/refused$realpath_root) { return 400 "nginx refused it, see the gateway's log"; }
      return 503;
    }
  }
  server {
    listen 8443 ssl;
    ssl_certificate /run/sightline/current/gateway-tls;
    ssl_certificate_key /run/sightline/current/gateway-tls;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:1m;
    ssl_session_tickets off;
    limit_req zone=requests burst=500 nodelay;
    limit_conn connections 64;
    # nginx puts the name into its own log as it stands.
    if ($remote_user ~ "[[:cntrl:]]") { return 400; }
    location / { return 404; }
    location @refused {
      auth_basic off;
      if ($http_authorization = "") { return 401; }
      # The password may be one that is being changed: after 401 the agent drops what it holds.
      return 503;
    }
    location = /loki/api/v1/push {
      limit_except POST { deny all; }
      # What agents send is snappy at most, which does not grow a thousandfold where it is unpacked.
      if ($http_content_encoding !~* "^(snappy)?$") { return 415; }
      auth_basic "agents";
      auth_basic_user_file /run/sightline/current/gateway-users;
      error_page 401 = @refused;
      # Looked up while it runs: the container behind the name may be made anew.
      resolver 127.0.0.11 valid=5s ipv6=off;
      set $upstream loki:3100;
      proxy_pass http://$upstream;
      proxy_http_version 1.1;
      proxy_set_header Authorization "";
      proxy_set_header X-Scope-OrgID "";
      proxy_connect_timeout 5s;
      proxy_read_timeout 60s;
    }
  }
}
`;
