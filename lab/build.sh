#!/usr/bin/env bash
# Builds the engine and the control plane from the Go module proxy into a cache outside the work tree.
#   lab/build.sh          build what is missing, print one line per binary
#   lab/build.sh --path   build nothing; print the directories to put on PATH, joined by ":"
#   lab/build.sh --list   build nothing; print one line per module: its directory in the cache, and its binaries
# A module is rebuilt when one of its files (lock files, sources) or its line in the table below changes.
set -euo pipefail
self=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/build.sh
cd "$(dirname "$self")"
. lib/common.sh

component_base=k8s.io/component-base/version
kube_flags="-X $component_base.gitVersion=$kubernetes_version -X $component_base.gitMajor=1 -X $component_base.gitMinor=34"
pulumi_flags="-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$pulumi_version"

# module directory | link flags | binary=package ...   (longest first: two run side by side)
modules() {
  cat <<TABLE
engine/provider-kubernetes||pulumi-resource-kubernetes=.
control-plane/kubernetes|$kube_flags|kube-apiserver=k8s.io/kubernetes/cmd/kube-apiserver kube-controller-manager=k8s.io/kubernetes/cmd/kube-controller-manager kube-scheduler=k8s.io/kubernetes/cmd/kube-scheduler kubectl=k8s.io/kubernetes/cmd/kubectl
engine/pulumi|$pulumi_flags|pulumi=github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
engine/provider-random||pulumi-resource-random=./cmd/pulumi-resource-random
control-plane/kwok||kwok=sigs.k8s.io/kwok/cmd/kwok kwokctl=sigs.k8s.io/kwok/cmd/kwokctl
control-plane/etcd||etcd=.
engine/language-nodejs||pulumi-language-nodejs=github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs
TABLE
}

wanted() { # the modules that this engine choice needs
  if [ "$engine" = system ]; then modules | grep -v '^engine/'; else modules; fi
}

target() { # DIR FLAGS BINARIES -> cache directory of this exact module
  local sum
  sum=$({ find "$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; echo "$2 $3 $(uname -sm)"; } | sha256sum | cut -c1-16)
  echo "$cache/$(basename "$1")-$sum"
}

build_module() { # DIR, in a process group of its own; prints "building", "built" and "failed" lines for narrate
  local dir=$1 flags binaries name out pair binary started
  IFS='|' read -r _ flags binaries < <(modules | grep "^$dir|")
  name=$(basename "$dir")
  out=$(target "$dir" "$flags" "$binaries")
  exec 9>"$out.lock"
  flock -n 9 || { echo "building $name (in another checkout)" && flock 9; }
  [ -d "$out" ] && return 0
  tmp=$(mktemp -d "$cache/.build-$(basename "$out").XXXXXX")
  trap 'rm -rf "$tmp"' EXIT
  trap 'exit 130' INT TERM HUP
  cp -R "$dir" "$tmp/src"
  mkdir "$tmp/go"
  echo "building $name"
  [ ! -x "$tmp/src/prepare.sh" ] || (cd "$tmp/src" && ./prepare.sh) >"$tmp/log" 2>&1 || fail "$name" "its prepare.sh"
  for pair in $binaries; do
    binary=${pair%%=*} started=$SECONDS
    # GOTMPDIR: a go that is stopped half-way leaves its files where the trap finds them.
    (cd "$tmp/src" && GOTMPDIR=$tmp/go CGO_ENABLED=0 GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false' \
      go build -trimpath -ldflags "-s -w $flags" -o "$tmp/bin/$binary" "${pair#*=}") >"$tmp/log" 2>&1 || fail "$name" "go build of $binary"
    echo "built $binary ($((SECONDS - started)) s)"
  done
  mv "$tmp/bin" "$out"
  echo "finished $name"
}

fail() { # MODULE STEP: the end of the log, without the download lines
  { grep -v '^go: downloading' "$tmp/log" || true; } | tail -n 20 | sed 's/^/  | /'
  echo "failed $1: $2; fix what the lines above say and run lab/lab.sh build again, finished binaries are kept"
  exit 1
}

narrate() { # one line per event, and a sign of life after 30 s without one
  local line status=0 name
  declare -A busy=()
  while true; do
    if IFS= read -r -t 30 line; then
      case $line in
        building*) name=${line#building } && busy[${name%% *}]=1 && say "$line ..." ;;
        finished*) unset "busy[${line#finished }]" ;;
        failed*) name=${line#failed } && unset "busy[${name%%:*}]" && say "$line" >&2 && status=1 ;;
        *Terminated*) ;; # bash's word for what stop_all did
        *) say "$line" ;;
      esac
    elif [ $? -gt 128 ]; then
      say "still building ${!busy[*]} ($SECONDS s since the start)"
    else
      return "$status"
    fi
  done
}

build_all() { # two at a time: compiling fills both cores, but linking and downloading do not
  local module
  for module in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
    setsid "$self" --module "$module" </dev/null >&"$events" 2>&1 &
    pids+=("$!")
  done
  wait "${pids[@]}" || true
}

stop_all() { # each module is a process group: the go commands below it go with it
  local pid
  trap '' INT TERM HUP
  for pid in "${pids[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  wait "${pids[@]}" || true
  say "stopped; run it again to go on with what is missing" >&2
  exit 130
}

case ${1:-} in
  --module) build_module "$2" && exit ;;
  --path | --list | '') engine=$(engine) ;;
  *) die "build.sh: '$1' is not known; allowed: nothing, --path, --list" ;;
esac

missing=() outs=() paths=()
while IFS='|' read -r dir flags binaries; do
  out=$(target "$dir" "$flags" "$binaries")
  paths+=("$out")
  [ -d "$out" ] || missing+=("$dir") outs+=("$out")
  # shellcheck disable=SC2001
  [ "${1:-}" != --list ] || echo "$out $(sed 's/=[^ ]*//g' <<<"$binaries")"
done < <(wanted)

case ${1:-} in
  --list) exit 0 ;;
  --path) (IFS=: && echo "${paths[*]}") && exit 0 ;;
esac

[ "$engine" = built ] || say "using the official pulumi on PATH ($(pulumi version 2>/dev/null || echo 'version unknown')); the engine is not built (LAB_ENGINE=built builds it)"
if [ ${#missing[@]} -eq 0 ]; then
  say "all binaries are in the cache"
  exit 0
fi
command -v go >/dev/null || die "go is not on PATH; install Go 1.26 or newer, or use your own cluster (README, 'Without the lab')"
mkdir -p "$cache"
pids=()
trap stop_all INT TERM HUP
exec {events}> >(trap '' INT && narrate)
narrator=$!
build_all "${missing[@]}"
exec {events}>&-
wait "$narrator" || exit 1
for out in "${outs[@]}"; do [ -d "$out" ] || die "$(basename "$out") was not built; see the lines above, then run lab/lab.sh build again"; done
say "built what was missing in $SECONDS s"
