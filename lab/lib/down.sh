# down, list and status. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name and dir are set by use_lab

# The path is fixed in Kubernetes, so a lab finds its own volumes by what its own etcd ever stored.
host_paths() {
  grep -rahoE '/tmp/hostpath_pv/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' "$work/etcd" 2>/dev/null | sort -u || true
}

forget() { # removes everything of this lab but its processes
  local path
  while read -r path; do rm -rf "$path"; done < <(host_paths)
  rmdir /tmp/hostpath_pv 2>/dev/null || true
  rm -rf "$dir"
  release_ports
  release_subnet
}

cmd_down() {
  [ $# -eq 0 ] || die "down: takes no options, got: $*"
  if [ ! -e "$dir" ] && [ -z "$(all_processes)" ]; then
    say "$name is not there; nothing to do"
    return
  fi
  started=$EPOCHREALTIME
  with_lock "$labs/.$name.lock" down_locked
}

down_locked() {
  local base index paths path left=()
  base=$(setting base) index=$(setting subnet)
  kill_all || true
  paths=$(host_paths)
  [ -z "$index" ] || mapfile -t left < <(node_remains "$index") # before its index may be another lab's
  forget
  rm -f "$labs/.$name.lock"
  mapfile -t -O "${#left[@]}" left < <(
    processes_of "$dir" | describe
    [ -z "$base" ] || ports_in_use "$base" | sed 's/^/port /'
    for path in $paths "$dir"; do [ ! -e "$path" ] || echo "$path"; done
  )
  if [ ${#left[@]} -gt 0 ]; then
    printf '  still there: %s\n' "${left[@]}" >&2
    die "down: lab $name left the above behind; remove it, then lab/lab.sh down $name again"
  fi
  say "$name is down in $(seconds_since "$started") s: no process, no port, no folder, no volume left$([ -z "$index" ] || echo ', no mount, cgroup, interface or route of the node')"
}

cmd_list() {
  local path running
  for path in "$labs"/*/; do
    [ -d "$path" ] || continue
    use_lab "$(basename "$path")"
    running=$(processes_of "$dir" | wc -l)
    echo "$name: $([ "$running" -gt 0 ] && echo "$running of 5 processes run" || echo stopped), $(nodes_text)$(has_node && [ -z "$(node_pid)" ] && echo ' (stopped)'), API server port $(setting port)"
  done
}

cmd_status() {
  [ -e "$dir" ] || die "$name is not there; start it: lab/lab.sh up $name"
  use_binaries
  processes_of "$dir" | describe
  echo "state $dir"
  echo "ports $(setting base)-$(($(setting base) + ports_per_lab - 1)), in use: $(ports_in_use "$(setting base)" | tr '\n' ' ')"
  ! has_node || describe_node
  is_up || die "$name is not up; heal it: lab/lab.sh up $name"
  kubectl get nodes
}
