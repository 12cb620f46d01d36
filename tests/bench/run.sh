#!/usr/bin/env bash
# Up, destroy and preview of the dev bed beside kubectl with the same objects, on one control plane of the lab.
#   tests/bench/run.sh [--repeat N] [--extra N] [--only up,extra,stack,preview] [--levers] [--real]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec npx --no-install tsx tests/bench/main.ts "$@"
