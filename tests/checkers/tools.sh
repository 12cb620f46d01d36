#!/usr/bin/env bash
# Installs the checkers from package registries into the cache, keyed by the content of their lock files. Prints one line per
# tool on standard output: its name, "=", its path; a tool that cannot run here is left out. Progress goes to standard error.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../lab/lib/common.sh
. "$here/../../lab/lib/common.sh"
home=${cache%/lab}/checkers
mkdir -p "$home"

key() { # FILE...
  { cat "$@" && uname -sm; } | sha256sum | cut -c1-16
}

kube_score() { # FOLDER
  local module=$lab_home/checkers/kube-score new
  [ ! -d "$1" ] || return 0
  command -v go >/dev/null || die "go is not on PATH; install Go 1.26 or newer"
  say "building kube-score ..." >&2
  new=$(mktemp -d "$home/.build.XXXXXX")
  (cd "$module" && CGO_ENABLED=0 GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false' \
    go build -trimpath -ldflags '-s -w' -o "$new/kube-score" github.com/zegl/kube-score/cmd/kube-score) >"$new.log" 2>&1 ||
    { tail -n 20 "$new.log" >&2 && rm -rf "$new" "$new.log" && die "kube-score could not be built"; }
  rm -f "$new.log"
  mv "$new" "$1"
}

python_env() { # FOLDER: made in place, because a virtual environment holds its own path; the mark is written last
  [ ! -f "$1/complete" ] || return 0
  say "installing kubernetes-validate and checkov (about a minute) ..." >&2
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" || die "the Python checkers could not be installed"
  touch "$1/complete"
}

engine_env() { # FOLDER
  [ ! -f "$1/complete" ] || return 0
  say "installing chdb, the ClickHouse engine (234 MB) ..." >&2
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$here/clickhouse/requirements.txt" ||
    die "chdb could not be installed"
  touch "$1/complete"
}

folder=$home/kube-score-$(key "$lab_home"/checkers/kube-score/go.*)
with_lock "$folder.lock" kube_score "$folder" >&2
echo "kube-score=$folder/kube-score"

if python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  folder=$home/python-$({ key "$here/requirements.txt" && python3 -VV; } | sha256sum | cut -c1-16)
  with_lock "$folder.lock" python_env "$folder" >&2
  echo "kubernetes-validate=$folder/bin/kubernetes-validate"
  echo "checkov=$folder/bin/checkov"
  folder=$home/chdb-$({ key "$here/clickhouse/requirements.txt" && python3 -VV; } | sha256sum | cut -c1-16)
  with_lock "$folder.lock" engine_env "$folder" >&2
  echo "chdb=$folder/bin/python"
fi
