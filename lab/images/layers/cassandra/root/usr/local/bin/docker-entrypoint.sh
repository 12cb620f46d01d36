#!/usr/bin/env bash
# Entry point as in the official image: without a command it starts the server, and for that root becomes the user cassandra.
# The official one also edits cassandra.yaml from the environment; this one refuses that.
set -euo pipefail

for name in SEEDS LISTEN_ADDRESS BROADCAST_ADDRESS BROADCAST_RPC_ADDRESS RPC_ADDRESS START_RPC CLUSTER_NAME NUM_TOKENS DC RACK ENDPOINT_SNITCH; do
  variable=CASSANDRA_$name
  if [ -n "${!variable:-}" ]; then
    echo "docker-entrypoint.sh: $variable is '${!variable}', which this stand-in does not apply; mount a cassandra.yaml at $CASSANDRA_CONF instead" >&2
    exit 1
  fi
done

[ $# -gt 0 ] || set -- cassandra -f
[ "${1#-}" = "$1" ] || set -- cassandra "$@"
[ "$1" != cassandra ] || [ "$(id -u)" != 0 ] || exec chroot --userspec=999:999 / "$@"
exec "$@"
