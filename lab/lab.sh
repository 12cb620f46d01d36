#!/usr/bin/env bash
# The lab: an engine and control planes with simulated nodes, for a machine that has no cluster. See lab/README.md.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/lib/common.sh"
. "$here/lib/processes.sh"
. "$here/lib/network.sh"
. "$here/lib/cgroups.sh"
. "$here/node/config.sh"
. "$here/lib/node.sh"
. "$here/lib/check-real.sh"
. "$here/lib/objects.sh"
. "$here/lib/cluster.sh"
. "$here/lib/down.sh"
. "$here/lib/env.sh"
. "$here/lib/clean.sh"

usage() {
  cat <<'TEXT'
usage: lab/lab.sh COMMAND
  build [--real]         build the engine and the control plane into the cache (cold: about 20 minutes on 2 cores);
                         with --real also the real node and its images (root only)
  up NAME [options]      start a control plane with simulated nodes; nothing to do if it runs, heals it if it was killed
      --real             add a real node, which runs pods (root only)
      --nodes N          simulated nodes (3; 0 with --real)
      --cpu C            CPU of each node (4)
      --memory M         memory of each node (16Gi)
  env NAME               print the environment of a running lab: eval "$(lab/lab.sh env NAME)"
  status NAME            processes, nodes, ports and places of a lab; exit code 0 if it is up
  list                   all labs of this user
  down NAME              stop it, remove its state, prove that nothing is left
  check-real             say in one line why a real node cannot run on this machine; exit code 0 if it can
  clean                  remove the state of stopped labs, and what the cache holds for other lock files
TEXT
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
  build)
    [ $# -eq 0 ] && exec "$here/build.sh"
    [ "$*" = --real ] || die "build: allowed is --real, got: $*"
    check_real
    build_real engine control-plane
    ;;
  up | env | status | down)
    name=${1:-}
    [[ $name =~ ^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$ ]] ||
      die "$command: NAME is '$name'; allowed: 1 to 40 of a-z, 0-9 and '-', not first or last; for example: lab/lab.sh $command dev"
    shift
    use_lab "$name"
    "cmd_$command" "$@"
    ;;
  list | clean) "cmd_$command" "$@" ;;
  check-real) cmd_check_real "$@" ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    die "'$command' is not a command; allowed: build, up, env, status, list, down, check-real, clean"
    ;;
esac
