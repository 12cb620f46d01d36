#!/usr/bin/env bash
# Two static programs and nothing else: no shell, no users, no certificates.
set -euo pipefail
install -D "$("$LAB/build.sh" --which benchmark-worker)" "$1/usr/local/bin/worker"
install -D "$("$LAB/build.sh" --which benchmark-runner)" "$1/usr/local/bin/runner"
