#!/usr/bin/env bash
set -euo pipefail
install -D "$("$LAB/build.sh" --which temporal-server)" "$1/usr/local/bin/temporal-server"
install -D "$(dirname "$0")/entrypoint.sh" "$1/etc/temporal/entrypoint.sh"
