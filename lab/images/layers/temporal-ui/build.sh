#!/usr/bin/env bash
# The web server, the configuration template of its own module, and a start script.
set -euo pipefail
home=$1/home/ui-server
install -D "$("$LAB/build.sh" --which temporal-ui-server)" "$home/ui-server"
install "$(dirname "$0")/start-ui-server.sh" "$home/start-ui-server.sh"
module=$(cd "$LAB/images/ui" && GOTOOLCHAIN=auto GOWORK=off go mod download -json github.com/temporalio/ui-server/v2 |
  node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).Dir')
install -D -m 644 "$module/config/docker.yaml" "$home/config/docker.yaml"
chown -R 1000:1000 "$home"
