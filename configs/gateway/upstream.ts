/** Sends a request on to a server of ours, which has no business with the visitor's login. */
export function upstream(address: string): readonly string[] {
  return [
    "# Looked up while it runs: the container behind the name may be made anew.",
    "resolver 127.0.0.11 valid=5s ipv6=off;",
    `set $upstream ${address};`,
    "proxy_pass http://$upstream;",
    "proxy_http_version 1.1;",
    'proxy_set_header Authorization "";',
  ];
}
