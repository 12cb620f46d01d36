#!/usr/bin/env bash
# Builds the Go binaries of the lab from the Go module proxy into a cache outside the work tree.
#   lab/build.sh [SET...]          build what is missing of these sets, print one line per binary
#   lab/build.sh --path [SET...]   build nothing; print the directories to put on PATH, joined by ":"
#   lab/build.sh --list [SET...]   build nothing; print one line per module: its directory in the cache, and its binaries
#   lab/build.sh --which BINARY    build nothing; print where this binary is
# Sets: engine, control-plane (these two if none is given), node, images, catalogue (only for `npm run catalogue`).
# A module is rebuilt when one of its files (lock files, sources) or its line in the table below changes. Its file `tags`, if it
# has one, holds build tags.
set -euo pipefail
self=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/build.sh
cd "$(dirname "$self")"
. lib/common.sh

component_base=k8s.io/component-base/version
kube_flags="-X $component_base.gitVersion=$kubernetes_version -X $component_base.gitMajor=1 -X $component_base.gitMinor=34"
pulumi_flags="-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$pulumi_version"

# set | module directory | link flags | binary=package ...   (longest first: two run side by side)
modules() {
  cat <<TABLE
engine|engine/provider-kubernetes||pulumi-resource-kubernetes=.
control-plane|control-plane/kubernetes|$kube_flags|kube-apiserver=k8s.io/kubernetes/cmd/kube-apiserver kube-controller-manager=k8s.io/kubernetes/cmd/kube-controller-manager kube-scheduler=k8s.io/kubernetes/cmd/kube-scheduler kubectl=k8s.io/kubernetes/cmd/kubectl
engine|engine/pulumi|$pulumi_flags|pulumi=github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
engine|engine/provider-random||pulumi-resource-random=./cmd/pulumi-resource-random
control-plane|control-plane/kwok||kwok=sigs.k8s.io/kwok/cmd/kwok kwokctl=sigs.k8s.io/kwok/cmd/kwokctl
control-plane|control-plane/etcd||etcd=.
engine|engine/language-nodejs||pulumi-language-nodejs=github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs
node|node/coredns||coredns=.
node|node/kubelet|$kube_flags|kubelet=k8s.io/kubernetes/cmd/kubelet kube-proxy=k8s.io/kubernetes/cmd/kube-proxy
node|node/provisioner||provisioner=.
images|images/temporal||temporal-server=go.temporal.io/server/cmd/server temporal-cassandra-tool=go.temporal.io/server/cmd/tools/cassandra temporal-elasticsearch-tool=go.temporal.io/server/cmd/tools/elasticsearch
images|images/prometheus|-X github.com/prometheus/common/version.Version=3.15.0|prometheus=github.com/prometheus/prometheus/cmd/prometheus promtool=github.com/prometheus/prometheus/cmd/promtool
images|images/tool||images=.
images|images/ui||temporal-ui-server=github.com/temporalio/ui-server/v2/cmd/server
images|images/benchmark-workers||benchmark-worker=./worker benchmark-runner=./runner
images|images/pause||pause=.
catalogue|catalogue||catalogue=.
TABLE
}

wanted() { # the modules of the sets that were asked for, in the order of the table; an official engine is not built
  local line set
  while read -r line; do
    set=${line%%|*}
    [[ " ${sets[*]} " == *" $set "* ]] || continue
    [ "$set" = engine ] && [ "$engine" = system ] || echo "$line"
  done < <(modules)
}

target() { # DIR FLAGS BINARIES -> cache directory of this exact module
  local sum
  sum=$({ find "$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; echo "$2 $3 $(uname -sm)"; } | sha256sum | cut -c1-16)
  echo "$cache/$(basename "$1")-$sum"
}

build_module() { # DIR, in a process group of its own; prints "building", "built" and "failed" lines for narrate
  local dir=$1 flags binaries name out pair binary started
  IFS='|' read -r _ _ flags binaries < <(modules | grep "^[a-z-]*|$dir|")
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
    (cd "$tmp/src" && GOTMPDIR=$tmp/go GOTOOLCHAIN=auto CGO_ENABLED=0 GOWORK=off GOFLAGS='-mod=readonly -buildvcs=false' \
      go build -tags "$(cat tags 2>/dev/null)" -trimpath -ldflags "-s -w $flags" -o "$tmp/bin/$binary" "${pair#*=}") >"$tmp/log" 2>&1 || fail "$name" "go build of $binary"
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

which_binary() { # NAME
  local dir flags binaries found
  while IFS='|' read -r _ dir flags binaries; do
    [[ " $binaries" == *" $1="* ]] || continue
    found=$(target "$dir" "$flags" "$binaries")/$1
    [ -x "$found" ] || die "build.sh: $1 is not built; build it: lab/lab.sh build --real"
    echo "$found"
    return
  done < <(modules)
  die "build.sh: --which '$1' is not a binary of the lab; see the table in lab/build.sh"
}

action=build
case ${1:-} in
  --module) build_module "$2" && exit ;;
  --which) which_binary "${2:-}" && exit ;;
  --path | --list) action=${1#--} && shift ;;
esac
for set in "$@"; do
  case $set in
    engine | control-plane | node | images | catalogue) ;;
    *) die "build.sh: '$set' is not known; allowed: --path, --list, --which BINARY, and the sets engine, control-plane, node, images, catalogue" ;;
  esac
done
sets=("$@")
[ $# -gt 0 ] || sets=(engine control-plane)
engine=$(engine)

missing=() outs=() paths=()
while IFS='|' read -r _ dir flags binaries; do
  out=$(target "$dir" "$flags" "$binaries")
  paths+=("$out")
  [ -d "$out" ] || missing+=("$dir") outs+=("$out")
  # shellcheck disable=SC2001
  [ "$action" != list ] || echo "$out $(sed 's/=[^ ]*//g' <<<"$binaries")"
done < <(wanted)

case $action in
  list) exit 0 ;;
  path) (IFS=: && echo "${paths[*]}") && exit 0 ;;
esac

[[ "$engine" = built || " ${sets[*]} " != *" engine "* ]] || say "using the official pulumi on PATH ($(pulumi version 2>/dev/null || echo 'version unknown')); the engine is not built (LAB_ENGINE=built builds it)"
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
