# The addresses of a real node: a subnet index per lab, and the link to its network namespace. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154,SC2034 # dir is set by use_lab; the addresses are read by the other files

# The index is the machine's, not the user's or the checkout's: interface, routes and cgroup are named after it. A link
# here says which lab has it; one whose lab is gone is free.
subnets=/run/testbed-nodes

use_subnet() { # INDEX -> everything that is named after it
  subnet=$1
  machine_ip=10.89.$subnet.1 node_ip=10.89.$subnet.2
  pod_range=10.88.$subnet.0/24 service_range=10.87.$subnet.0/24 service_ip=10.87.$subnet.1
  interface=testbed-$subnet cgroup=testbed-$subnet
}

on_machine() { # COMMAND of the node's tools, in the machine's network
  PATH=/usr/sbin:/usr/bin chroot "$(head -n 1 "$dir/node/from")" "$@"
}

with_lab_at_mnt() { # COMMAND of the node's tools, with the lab's folder at /mnt
  # shellcheck disable=SC2016 # for the inner shell
  unshare --mount -- sh -c 'mount --bind "$1" "$2/mnt" && cd / && root=$2 && shift 2 && PATH=/usr/sbin:/usr/bin exec chroot "$root" "$@"' \
    sh "$dir" "$(head -n 1 "$dir/node/from")" "$@"
}

subnet_is_free() { # no interface has its name, and no route but the default one leads to or through its ranges
  local range
  [ ! -e "/sys/class/net/$interface" ] || return 1
  for range in "10.89.$subnet.0/30" "$pod_range" "$service_range"; do
    ! { on_machine ip -4 route show root "$range" && on_machine ip -4 route show match "$range"; } | grep -v '^default' >/dev/null || return 1
  done
}

reserve_subnet() { # -> the index, for good
  local lock_fd # not that of the lab, which is held meanwhile
  mkdir -p "$subnets"
  with_lock "$subnets/.lock" reserve_subnet_locked
}

reserve_subnet_locked() {
  local index
  for index in {0..255}; do
    [ ! -L "$subnets/$index" ] || [ -e "$subnets/$index" ] || rm -f "$subnets/$index"
    use_subnet "$index"
    subnet_is_free && ln -sT "$dir" "$subnets/$index" 2>/dev/null && return 0
  done
  die "no index from 0 to 255 has its ranges 10.87.INDEX.0/24, 10.88.INDEX.0/24 and 10.89.INDEX.0/30 free; see 'ip route' and lab/lab.sh list"
}

keep_subnet() { # after a restart of the machine the links are gone, and the index may be another lab's
  mkdir -p "$subnets"
  ln -sT "$dir" "$subnets/$subnet" 2>/dev/null || [ "$(readlink "$subnets/$subnet")" = "$dir" ] ||
    die "subnet $subnet of lab $name is now used by $(readlink "$subnets/$subnet"); lab/lab.sh down $name, then up again"
}

release_subnet() {
  local reserved
  for reserved in "$subnets"/*; do
    [ "$(readlink "$reserved" 2>/dev/null || true)" != "$dir" ] || rm -f "$reserved"
  done
}

connect() { # PID: a cable to the network namespace of this process, and routes to what is behind it
  local range
  on_machine ip link add "$interface" type veth peer name eth0 netns "$1" &&
    on_machine ip address add "$machine_ip/30" dev "$interface" &&
    on_machine ip link set "$interface" up || return 1
  for range in "$pod_range" "$service_range"; do on_machine ip route add "$range" via "$node_ip" || return 1; done
}

wait_disconnected() { # the kernel takes cable and routes away with the namespace, but not at once
  local tries=0
  while [ -e "/sys/class/net/$interface" ]; do
    [ $((tries += 1)) -le 200 ] || return 1
    sleep 0.05
  done
}
