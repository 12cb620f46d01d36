#!/usr/bin/env bash
# Prints the catalogue of dynamic-config keys as JSON: what the linked Temporal server registers.
#   lab/catalogue.sh            of the pinned server (lab/catalogue/go.mod); built once, into the lab's cache
#   lab/catalogue.sh VERSION    of another server, such as 1.32.2, from a copy of the module; nothing of it is kept
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. lib/common.sh

export GOTOOLCHAIN=auto CGO_ENABLED=0 GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false'
module=$PWD/catalogue
if [ $# -eq 0 ]; then
  ./build.sh catalogue >&2
  binary=$(./build.sh --which catalogue)
else
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  cp -R catalogue/. "$copy"
  module=$copy binary=$copy/bin
  cd "$copy"
  say "linking server $1: minutes when it is the first time" >&2
  { GOFLAGS=-mod=mod go get "go.temporal.io/server@v$1" && GOFLAGS=-mod=mod go mod tidy && go build -trimpath -o "$binary" .; } >"$copy/log" 2>&1 || {
    grep -v '^go: downloading' "$copy/log" | tail -n 20 >&2 || true
    die "catalogue.sh: server $1 could not be linked; fix what the lines above say"
  }
fi
cd "$module"
mapfile -t sources < <(go list -deps -f '{{with .Module}}{{.Path}} {{.Dir}}{{end}}' . | sed -n 's|^go\.temporal\.io/[^ ]* ||p' | sort -u)
"$binary" "${sources[@]}"
