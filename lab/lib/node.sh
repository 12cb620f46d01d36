# A real node of a lab: start, stop, look. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name, dir, here and the addresses are set by lab.sh and lib/network.sh

# A node stays with the tools, images and binaries of the build that it was made with, as the control plane does.
record_build() {
  local registry
  registry=$("$here/build.sh" --which images) || return 1
  mkdir -p "$dir/node"
  {
    "$here/node/root.sh" --path && "$here/images/build.sh" --path && dirname "$registry" &&
      "$here/build.sh" --list node | cut -d' ' -f1
  } >"$dir/node/from"
}

build_is_there() {
  local folder
  [ -s "$dir/node/from" ] || return 1
  while read -r folder; do [ -d "$folder" ] || return 1; done <"$dir/node/from"
}

has_node() { [ "$(setting real)" = 1 ]; }

node_pid() { # of the node's pid 1, empty if it does not run; the mark finds it, as it does in processes_of
  local pid
  for pid in $(node_processes); do
    awk '/^NSpid:/ { exit !(NF > 2 && $NF == 1) }' "/proc/$pid/status" 2>/dev/null && echo "$pid" && return
  done
}

node_processes() { # without those in containers, which end with pid 1
  grep -lzxF "TESTBED_LAB_NODE=$dir" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
}

node_ready() { # [SINCE]: Ready, and not from before this start
  local status
  status=$(kubectl --kubeconfig "$work/kubeconfig.yaml" --request-timeout=5s get node "$node_name" --ignore-not-found \
    -o 'jsonpath={range .status.conditions[?(@.type=="Ready")]}{.status} {.lastHeartbeatTime}{end}' 2>/dev/null) || return 1
  [[ $status == True\ * && ! ${status#True } < ${1:-} ]]
}

node_is_up() { [ -n "$(node_pid)" ] && node_ready; }

dns_ready() {
  (exec 3<>"/dev/tcp/$node_ip/8181" && printf 'GET /ready HTTP/1.0\r\n\r\n' >&3 && grep -q '200 OK' <&3) 2>/dev/null
}

pods_seen() { # SINCE: the API server no longer shows containers as running that ended with the node's last life
  kubectl --kubeconfig "$work/kubeconfig.yaml" --request-timeout=5s get pods --all-namespaces --field-selector "spec.nodeName=$node_name" \
    -o 'jsonpath={range .items[*].status.containerStatuses[*]}{.state.running.startedAt}{"\n"}{end}' |
    awk -v since="$1" '$1 != "" && $1 < since { old = 1 } END { exit old }'
}

start_node() { # if it does not run; says in $why what went wrong
  local began=$EPOCHREALTIME since deadline=$((SECONDS + 60)) pid
  use_subnet "$(setting subnet)"
  since=$(date -u +%FT%TZ)
  pid=$(node_pid)
  if [ -n "$pid" ]; then
    since=''
  else
    why='its build cannot be recorded'
    build_is_there || record_build || return 1
    keep_subnet
    why="what is left of its last life does not end"
    end_node || return 1
    make_cgroup || die "$name: the node's cgroup /$cgroup cannot be made; see lab/lab.sh check-real"
    mkdir -p "$dir"/node/{root,containerd,kubelet,log,volumes}
    chmod 755 "$dir/node" "$dir/node/volumes"
    write_node_config
    launch_node
    why='the node did not get a pid 1 in 20 s'
    until pid=$(node_pid) && [ -n "$pid" ]; do
      [ "$SECONDS" -lt $((deadline - 40)) ] || return 1
      sleep 0.02
    done
    why="the node's network link $interface cannot be made"
    connect "$pid" || return 1
  fi
  until node_ready "$since" && dns_ready && pods_seen "$since"; do
    # By the pid that was found: in the moment of an exec a process has no environment, and no mark.
    [ -d "/proc/$pid" ] || { why='the node ended' && return 1; }
    [ "$SECONDS" -lt "$deadline" ] || { why='the node was not Ready in 60 s' && return 1; }
    sleep 0.1
  done
  say "$name: node $node_name is Ready ($(seconds_since "$began") s)"
}

launch_node() {
  local folders
  mapfile -t folders <"$dir/node/from"
  TESTBED_LAB_NODE=$dir setsid unshare --mount --pid --fork --net --uts --ipc \
    "$here/node/enter.sh" "$dir/node" "$cgroup" "${folders[@]}" >"$dir/node/log/enter.log" 2>&1 </dev/null {lock_fd}>&- &
}

end_node() { # with its pods, cgroups and link; its data stays
  local pids tries=0
  while pids=$(node_processes) && [ -n "$pids" ]; do
    [ $((tries += 1)) -le 100 ] || return 1
    # shellcheck disable=SC2086 # a list of pids
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
  has_node || return 0
  use_subnet "$(setting subnet)"
  wait_disconnected && remove_cgroup "$cgroup"
}

describe_node() {
  local pid
  pid=$(node_pid)
  use_subnet "$(setting subnet)"
  echo "node $node_name $([ -n "$pid" ] && echo "runs, its pid 1 is $pid" || echo "is stopped"); address $node_ip, pods $pod_range, services $service_range"
}

sweep_nodes() { # cgroups and reservations of labs whose state is gone, whoever removed it
  local reserved index
  for reserved in "$subnets"/*; do
    [ ! -L "$reserved" ] || [ -e "$reserved" ] || rm -f "$reserved"
  done
  for index in $(node_cgroups); do
    [ ! -L "$subnets/$index" ] || continue
    use_subnet "$index"
    say "removing cgroup /$cgroup of a lab that is gone"
    remove_cgroup "$cgroup" || say "cgroup /$cgroup still has processes"
  done
}

node_remains() { # what down must not leave behind, one line each
  use_subnet "$1"
  node_processes | describe
  [ ! -e "/sys/class/net/$interface" ] || echo "network interface $interface and its routes"
  cgroup_folders "$cgroup"
  grep -oF " $dir/" /proc/self/mountinfo | sort -u | sed 's/^/mount below/' || true
}
