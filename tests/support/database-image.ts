import { ensureDebianImage } from "../../tools/images/debian";

/** An image with the database servers of Debian, for tests of what reads from them. */
export async function databaseImage(): Promise<string> {
  return ensureDebianImage({
    name: "databases",
    packages: ["mariadb-server", "postgresql"],
    onProgress: (line) => {
      console.log(line);
    },
  });
}

/** Makes a cluster that takes logins by password over the network, and serves it. */
export const POSTGRES_COMMAND: readonly string[] = [
  "sh",
  "-c",
  `set -e
  export PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
  if [ ! -d /tmp/data ]; then
    initdb --auth-local=trust --auth-host=scram-sha-256 --no-sync -D /tmp/data
    echo 'host all all all scram-sha-256' >>/tmp/data/pg_hba.conf
  fi
  exec postgres -D /tmp/data -c listen_addresses='*' -c max_connections=20 -c unix_socket_directories=/tmp`,
];

/** Makes an empty server, and serves it. */
export const MARIADB_COMMAND: readonly string[] = [
  "sh",
  "-c",
  `set -e
  [ -d /tmp/data ] || mariadb-install-db --no-defaults --datadir=/tmp/data --auth-root-authentication-method=normal
  exec mariadbd --no-defaults --datadir=/tmp/data --socket=/tmp/mysqld.sock --bind-address=0.0.0.0 --max-connections=30`,
];
