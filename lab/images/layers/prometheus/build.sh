#!/usr/bin/env bash
# Server and tool, and a configuration that scrapes the server itself.
set -euo pipefail
out=$1
for binary in prometheus promtool; do
  install -D "$("$LAB/build.sh" --which "$binary")" "$out/bin/$binary"
done
install -d "$out/etc/prometheus"
cat >"$out/etc/prometheus/prometheus.yml" <<'YAML'
global: { scrape_interval: 15s }
scrape_configs:
  - job_name: prometheus
    static_configs: [{ targets: ["localhost:9090"] }]
YAML
install -d -m 775 "$out/prometheus"
chown -R 65534:65534 "$out/etc/prometheus" "$out/prometheus"
