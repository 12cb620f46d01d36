#!/bin/sh
# Gives the server's built-in configuration the pod's address, then starts the server. Arguments are not used.
set -eu
own=$(hostname -i | cut -d ' ' -f 1)
export BIND_ON_IP="${BIND_ON_IP:-$own}"
case $BIND_ON_IP in
  0.0.0.0 | ::0) export TEMPORAL_BROADCAST_ADDRESS="${TEMPORAL_BROADCAST_ADDRESS:-$own}" ;;
esac
exec temporal-server start
