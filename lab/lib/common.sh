# Names, places and small tools that build.sh and lab.sh share. Sourced, never run.
# shellcheck shell=bash disable=SC2034 # the variables are read by the scripts that source this file

lab_home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/testbed}/lab
labs=${TESTBED_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/testbed}/labs

kubernetes_version=v1.34.4
pulumi_version=v3.248.0

say() { echo "lab: $*"; }
die() {
  echo "lab: $*" >&2
  exit 1
}

seconds_since() { # EPOCHREALTIME of the start -> "3.4"
  awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}

# "built" is the engine from our own cache; "system" is the official CLI, with the plugins it installs for itself.
engine() {
  local tool path
  case ${LAB_ENGINE:-} in
    built) echo built && return ;;
    system)
      for tool in pulumi pulumi-language-nodejs; do
        command -v "$tool" >/dev/null ||
          die "LAB_ENGINE=system needs $tool on PATH, which is not there; install the official Pulumi CLI, or use LAB_ENGINE=built"
      done
      echo system && return
      ;;
    '') ;;
    *) die "LAB_ENGINE is '$LAB_ENGINE'; allowed: built, system, or unset (system if the official CLI is on PATH, else built)" ;;
  esac
  for tool in pulumi pulumi-language-nodejs; do
    path=$(command -v "$tool" || true)
    case $path in '' | "$cache"/*) echo built && return ;; esac
  done
  echo system
}

with_lock() { # FILE COMMAND...: one at a time; the lock ends with this process and is not inherited by what COMMAND leaves running
  local file=$1
  shift
  while true; do
    exec {lock_fd}>"$file"
    flock -n "$lock_fd" || {
      say "waiting for another lab.sh that works on the same thing ..."
      flock "$lock_fd"
    }
    [ ! "$file" -ef "/proc/self/fd/$lock_fd" ] || break # else its last holder removed it
    exec {lock_fd}>&-
  done
  "$@"
  exec {lock_fd}>&-
}
