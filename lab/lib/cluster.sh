# up: creates a lab, or heals one. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name and base are set by use_lab and reserve_ports

use_lab() { # NAME -> the places of this lab
  [ -r /proc/self/environ ] || die "the lab needs Linux with /proc; elsewhere use a cluster of your own (README, 'Without the lab')"
  name=$1
  dir=$labs/$name
  work=$dir/kwok/clusters/$name # kwokctl's own layout
  export KUBECONFIG=$dir/kubeconfig
}

setting() { # KEY -> its value in lab.conf, empty if there is none
  sed -n "s/^$1=//p" "$dir/lab.conf" 2>/dev/null || true
}

is_up() {
  [ -f "$dir/complete" ] && cluster_is_up && { ! has_node || node_is_up; }
}

cluster_is_up() { # five processes, and an API server that says it is ready
  [ "$(processes_of "$dir" | wc -l)" -eq 5 ] &&
    [ "$(kubectl --request-timeout=5s get --raw /readyz 2>/dev/null || true)" = ok ]
}

use_binaries() { # puts the control plane on PATH
  PATH=$("$here/build.sh" --path):$PATH
  export PATH
}

build_control_plane() { # if a binary of it is not there; the engine is not needed to start a lab
  local out binaries binary
  while read -r out binaries; do
    case $out in "$cache"/kubernetes-* | "$cache"/kwok-* | "$cache"/etcd-*) ;; *) continue ;; esac
    for binary in $binaries; do
      [ -x "$out/$binary" ] || { "$here/build.sh" && return; }
    done
  done < <("$here/build.sh" --list)
}

cmd_up() {
  nodes='' cpu='' memory='' real=''
  while [ $# -gt 0 ]; do
    case $1 in
      --real) real=1 && shift && continue ;;
      --nodes) nodes=${2:-} && [[ $nodes =~ ^(0|[1-9][0-9]{0,2})$ ]] || die "up: --nodes is '${2:-}'; allowed: 1 to 999, and 0 with --real" ;;
      --cpu) cpu=${2:-} && [[ $cpu =~ ^[1-9][0-9]*m?$ ]] || die "up: --cpu is '${2:-}'; allowed: whole CPUs or millis, like 4 or 3500m" ;;
      --memory) memory=${2:-} && [[ $memory =~ ^[1-9][0-9]*(Mi|Gi)$ ]] || die "up: --memory is '${2:-}'; allowed: Mi or Gi, like 16Gi" ;;
      *) die "up: '$1' is not an option; allowed: --real, --nodes, --cpu, --memory" ;;
    esac
    shift 2
  done
  [ "$nodes" != 0 ] || [ -n "$real" ] || die "up: --nodes is '0'; allowed: 1 to 999, and 0 with --real"
  if [ -n "$real" ] || has_node; then
    check_real
    build_is_there || real_is_built || build_real
  fi
  build_control_plane
  use_binaries
  mkdir -p "$labs"
  started=$EPOCHREALTIME
  with_lock "$labs/.$name.lock" up_locked
}

up_locked() {
  local key given kept why=''
  [ -z "$real" ] || [ ! -f "$dir/complete" ] || has_node || die "up: lab $name was made without --real; lab/lab.sh down $name first"
  for key in nodes cpu memory; do
    given=${!key} kept=$(setting $key)
    [ -z "$given" ] || [ -z "$kept" ] || [ "$given" = "$kept" ] || [ ! -f "$dir/complete" ] ||
      die "up: lab $name was made with --$key $kept, not $given; use that, or lab/lab.sh down $name first"
  done
  if is_up; then
    say "$name is already up ($(nodes_text), API server on port $(setting port))"
    return
  fi
  trap interrupted INT TERM HUP
  if [ -f "$dir/complete" ]; then
    heal
  else
    [ ! -e "$dir" ] || say "$name: an earlier start did not finish; starting from nothing"
    create
  fi
  trap - INT TERM HUP
  say "$name is up in $(seconds_since "$started") s: $(nodes_text), API server on port $(setting port); next: eval \"\$(lab/lab.sh env $name)\""
}

nodes_text() {
  if has_node; then echo "$(setting nodes) simulated nodes, 1 real"; else echo "$(setting nodes) nodes"; fi
}

interrupted() { # a lab that was never complete is removed; one that was keeps its data, and the next up heals it
  trap '' INT TERM HUP
  kill_all || true
  [ -f "$dir/complete" ] || forget
  say "$name: stopped before it was up; lab/lab.sh up $name starts it again" >&2
  exit 130
}

create() {
  local try
  for try in 1 2 3; do
    kill_all || die "these processes of lab $name do not end: $(all_processes | tr '\n' ' ')"
    forget
    mkdir -p "$dir/backend"
    reserve_ports
    if [ -n "$real" ]; then
      record_build && build_is_there || die "up: the real node is not built; build it: lab/lab.sh build --real"
      reserve_subnet
    fi
    printf '%s\n' "real=${real:-0}" "subnet=${subnet:-}" "nodes=${nodes:-$((real ? 0 : 3))}" "cpu=${cpu:-4}" "memory=${memory:-16Gi}" "base=$base" "port=$((base + 2))" >"$dir/lab.conf"
    write_config >"$dir/kwokctl.yaml"
    say "$name: starting etcd, the Kubernetes $kubernetes_version control plane and kwok (ports $base-$((base + ports_per_lab - 1)))"
    kwokctl_run create cluster --config "$dir/kwokctl.yaml" && wait_ready && restart_kwok && break
    grep -qs 'address already in use' "$work"/logs/*.log && [ "$try" -lt 3 ] || give_up
    say "$name: another program took one of the ports; trying others"
  done
  write_kubeconfig
  base_objects
  [ -z "$real" ] || start_node || give_up
  touch "$dir/complete"
}

heal() {
  say "$name: was stopped or killed; starting it again with its data"
  cluster_is_up || heal_cluster
  ! has_node || start_node || give_up
}

heal_cluster() {
  local binary busy
  for binary in "$work"/bin/*; do
    [ -x "$binary" ] || die "lab $name was made with a build that is gone ($(readlink "$binary")); lab/lab.sh down $name, then up again"
  done
  kill_processes "$dir" || die "these processes of lab $name do not end: $(processes_of "$dir" | tr '\n' ' ')"
  rm -f "$work"/pids/* # a pid in there may be another program's by now, and kwokctl would believe it
  base=$(setting base)
  busy=$(ports_in_use "$base" | tr '\n' ' ')
  [ -z "$busy" ] || move_ports "$busy"
  if kwokctl_run start cluster && wait_ready && restart_kwok; then base_objects; else give_up; fi
}

move_ports() { # BUSY: the lab's ports are somebody else's now
  local old=$base i edits=()
  ! has_node || end_node || die "these processes of the node do not end: $(node_processes | tr '\n' ' ')"
  reserve_ports
  rm -f "$labs/.ports/$old"
  for ((i = 0; i < ports_per_lab; i++)); do edits+=(-e "s/\b$((old + i))\b/$((base + i))/g"); done
  sed -i "${edits[@]}" "$dir/lab.conf" "$dir/kubeconfig" "$work/kwok.yaml" "$work/kubeconfig.yaml"
  say "$name: port $1 is taken by another program; moved to $base-$((base + ports_per_lab - 1)), so repeat: eval \"\$(lab/lab.sh env $name)\""
}

give_up() {
  local log
  echo "lab: $name did not start; the last lines of its logs:" >&2
  for log in "$dir/up.log" "$dir/apply.log" "$work"/logs/*.log "$dir"/node/log/*.log; do
    [ ! -s "$log" ] || tail -n 4 "$log" | cut -c1-300 | sed "s|^|  $(basename "$log" .log): |" >&2
  done
  kill_all || true
  die "${why:+$why; }logs are in $dir; fix what they say and run lab/lab.sh up $name again, or lab/lab.sh down $name"
}

# In the background, so that Ctrl-C is answered at once; the mark lets everything below be found and stopped.
kwokctl_run() {
  TESTBED_LAB_PROCESS=$dir KWOK_WORKDIR=$dir/kwok KWOK_KUBE_VERSION=$kubernetes_version \
    kwokctl "$1" "$2" --name "$name" "${@:3}" >"$dir/up.log" 2>&1 </dev/null {lock_fd}>&- &
  wait $!
}

# Kwok is started before the API server answers, and then looks again only every few seconds: starting it anew saves 4 s.
restart_kwok() {
  local pid
  for pid in $(processes_of "$dir"); do
    ! grep -qsz /kwok-controller "/proc/$pid/cmdline" || kill -KILL "$pid"
  done
  rm -f "$work/pids/kwok-controller.pid"
  kwokctl_run start cluster
}

wait_ready() {
  local deadline=$((SECONDS + 60))
  until [ "$(kubectl --kubeconfig "$work/kubeconfig.yaml" --request-timeout=5s get --raw /readyz 2>/dev/null || true)" = ok ]; do
    [ "$SECONDS" -lt "$deadline" ] && [ "$(processes_of "$dir" | wc -l)" -ge 2 ] || return 1
    sleep 0.1
  done
  say "$name: the API server is ready ($(seconds_since "$started") s)"
}
