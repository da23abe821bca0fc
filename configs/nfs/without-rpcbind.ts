/**
 * Shell that goes before the installation of a program of NFS. Version 4 needs neither of the services
 * that the packages bring along, and both would listen on all addresses.
 */
export const WITHOUT_RPCBIND = `
without_rpcbind() {
  if command -v "$1" >/dev/null || command -v rpcbind >/dev/null || ! has_systemd; then return; fi
  systemctl -q mask rpcbind.service rpcbind.socket rpc-statd.service 2>/dev/null
}
`.trim();
