# The cgroups of a real node: one root per lab in every hierarchy, for its daemons and its pods. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # cgroup is set by use_subnet

hierarchies() { # version 2 has one, version 1 one per controller (and links to them)
  local path
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo /sys/fs/cgroup && return; fi
  for path in /sys/fs/cgroup/*/; do
    path=${path%/}
    [ -L "$path" ] || [ ! -e "$path/cgroup.procs" ] || echo "$path"
  done
}

make_cgroup() {
  local path controller
  for path in $(hierarchies); do
    make_group "$path/$cgroup" || return 1
    if [ "$path" = /sys/fs/cgroup ]; then
      for controller in $(<"$path/cgroup.controllers"); do
        echo "+$controller" >"$path/cgroup.subtree_control" && echo "+$controller" >"$path/$cgroup/cgroup.subtree_control"
      done 2>/dev/null || true # what the pods need and do not get, the kubelet reports
    fi
    make_group "$path/$cgroup/daemons" || return 1
  done
}

make_group() { # PATH; no process may enter one of version 1 before its CPUs are set
  local file
  mkdir -p "$1" || return 1
  for file in cpuset.cpus cpuset.mems; do
    [ ! -e "${1%/*}/$file" ] || cat "${1%/*}/$file" >"$1/$file" || return 1
  done
}

cgroup_folders() { # CGROUP -> its roots that are there
  local path
  for path in $(hierarchies); do [ ! -d "$path/$1" ] || echo "$path/$1"; done
}

node_cgroups() { # -> the indexes that have one
  local path
  for path in $(hierarchies); do find "$path" -mindepth 1 -maxdepth 1 -type d -name 'testbed-*'; done |
    sed -n 's|.*/testbed-\([0-9]\{1,3\}\)$|\1|p' | sort -nu
}

remove_cgroup() { # CGROUP: killed processes need a moment to leave it
  local tries=0 path
  while [ -n "$(cgroup_folders "$1")" ]; do
    for path in $(cgroup_folders "$1"); do find "$path" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
    [ -n "$(cgroup_folders "$1")" ] || break
    [ $((tries += 1)) -le 100 ] || return 1
    sleep 0.05
  done
}
