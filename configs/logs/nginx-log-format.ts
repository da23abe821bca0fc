/** Name of the log format below, as `access_log` takes it. */
export const NGINX_FORMAT_NAME = "sightline";

/**
 * What to add to nginx' `http` block, so that its access log says how long requests took. It begins
 * like `combined`, so whatever reads that reads this. `urt` and `uht` are in quotes because nginx
 * writes one time for each upstream that it tried.
 */
export const NGINX_LOG_FORMAT = `log_format ${NGINX_FORMAT_NAME}
  '$remote_addr - $remote_user [$time_local] "$request" '
  '$status $body_bytes_sent "$http_referer" "$http_user_agent" '
  'rt=$request_time urt="$upstream_response_time" uht="$upstream_header_time" '
  'id=$request_id msec=$msec';
`;
