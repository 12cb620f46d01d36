# Which processes and ports belong to a lab. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # labs and name are set by common.sh and use_lab

# A process is ours only if its environment holds the mark that `up` put there: unlike a recorded pid, a mark is not
# reused, and it also finds what was started by an `up` that did not live long enough to record anything.
processes_of() { # LAB_DIRECTORY -> pids
  grep -lzxF "TESTBED_LAB_PROCESS=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
}

describe() { # pids on standard input -> one line per process that still lives
  local pid
  while read -r pid; do
    [ ! -r "/proc/$pid/cmdline" ] || echo "$pid $(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-120)"
  done
}

all_processes() { # of lab $name: control plane and node
  processes_of "$dir"
  node_processes
}

kill_all() { # of lab $name; the node first, as it is of no use alone
  end_node && kill_processes "$dir"
}

kill_processes() { # LAB_DIRECTORY: until none is left; kwokctl may start another one between two looks. Etcd survives a kill by design.
  local pids tries=0
  while pids=$(processes_of "$1") && [ -n "$pids" ]; do
    [ $((tries += 1)) -le 100 ] || return 1
    # shellcheck disable=SC2086 # a list of pids
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
}

listens() { # PORT
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Each lab owns a block of eight ports below the ephemeral range. The link reserves it among our own labs for good, so that
# a stopped lab finds its ports again; others on the machine are seen because they listen.
ports_per_lab=6
reserve_ports() { # -> sets base
  local port tries=0
  mkdir -p "$labs/.ports"
  while [ $((tries += 1)) -le 200 ]; do
    base=$((20000 + RANDOM % 1250 * 8))
    ln -s "$name" "$labs/.ports/$base" 2>/dev/null || continue
    for ((port = base; port < base + ports_per_lab; port++)); do
      if listens "$port"; then
        rm -f "$labs/.ports/$base"
        continue 2
      fi
    done
    return 0
  done
  die "no free block of ports between 20000 and 30000 in 200 tries; see which labs run: lab/lab.sh list"
}

release_ports() { # of lab $name, all of them
  local link
  for link in "$labs"/.ports/*; do
    [ "$(readlink "$link" 2>/dev/null || true)" != "$name" ] || rm -f "$link"
  done
}

ports_in_use() { # BASE -> those that listen
  local port
  for ((port = $1; port < $1 + ports_per_lab; port++)); do
    ! listens "$port" || echo "$port"
  done
}
