/** nginx with its status page, and something to ask it for. */
export const NGINX_CONF = `
server {
  listen 80;
  keepalive_timeout 600s;
  location / { return 204; }
}
server {
  listen 8080;
  location = /stub_status { stub_status; }
}
`;

/** A page with the names that the plugin of Jenkins documents. */
export const JENKINS_CONF = `
server {
  listen 8080;
  location = /prometheus/ {
    default_type text/plain;
    return 200 'default_jenkins_up 1.0
default_jenkins_nodes_online{node="builder-1",} 1.0
default_jenkins_nodes_online{node="builder-2",} 0.0
default_jenkins_executors_busy{label="built-in",} 2.0
default_jenkins_executors_idle{label="built-in",} 0.0
default_jenkins_executors_queue_length{label="built-in",} 5.0
';
  }
}
`;

/** How an nginx is started with a configuration in the place of its own. */
export function nginxCommand(conf: string): readonly string[] {
  const script = 'printf "%s" "$0" >/etc/nginx/conf.d/default.conf; exec nginx -g "daemon off;"';
  return ["sh", "-c", script, conf];
}
