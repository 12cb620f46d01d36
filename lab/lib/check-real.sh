# Whether this machine can run a real node, and building what it needs. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # here and labs are set by lab.sh

cmd_check_real() {
  [ $# -eq 0 ] || die "check-real: takes no arguments, got: $*"
  check_real
}

check_real() { # ends with one line if a real node cannot run
  local reason
  reason=$(why_not_real)
  [ -z "$reason" ] || die "a real node cannot run here: $reason; use a cluster such as kind (https://kind.sigs.k8s.io), or make demo with simulated nodes"
}

why_not_real() {
  local tool probe=testbed-probe-$$ path none=1
  [ "$(uname -s)" = Linux ] || { echo "this is $(uname -s), not Linux" && return; }
  [ "$(id -u)" = 0 ] || { echo "only root may start containers, and this is user $(id -un)" && return; }
  for tool in unshare setsid apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || { echo "$tool is not on PATH (a Debian or Ubuntu system has it)" && return; }
  done
  unshare --mount --pid --fork --net --uts --ipc true 2>/dev/null || { echo "namespaces may not be made (unshare is refused)" && return; }
  for path in $(hierarchies); do
    { mkdir "$path/$probe" && rmdir "$path/$probe"; } 2>/dev/null || { echo "cgroups may not be made below $path" && return; }
    [ "$path" != /sys/fs/cgroup ] || [[ "$(<"$path/cgroup.controllers")" =~ cpu.*memory.*pids ]] ||
      { echo "the cgroup controllers cpu, memory and pids are not all in $path" && return; }
    none=''
  done
  [ -z "$none" ] || { echo "no cgroups are mounted below /sys/fs/cgroup" && return; }
  mkdir -p "$labs"
  probe=$(mktemp -d "$labs/.probe.XXXXXX")
  mkdir "$probe"/{lower,upper,work,merged}
  unshare --mount mount -t overlay -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" overlay "$probe/merged" 2>/dev/null ||
    echo "overlay mounts do not work in $labs (TESTBED_STATE may name a folder on another file system)"
  rm -rf "$probe"
}

real_is_built() {
  local folder
  while read -r folder; do [ -d "$folder" ] || return 1; done < <(
    "$here/build.sh" --list node images | cut -d' ' -f1
    "$here/node/root.sh" --path
    "$here/images/build.sh" --path
  )
}

build_real() { # [SET...]: what a real node needs, and these sets
  "$here/build.sh" "$@" node images
  "$here/node/root.sh"
  "$here/images/build.sh"
}
