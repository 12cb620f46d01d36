#!/usr/bin/env bash
# The sandbox's one program.
set -euo pipefail
install -D "$("$LAB/build.sh" --which pause)" "$1/pause"
