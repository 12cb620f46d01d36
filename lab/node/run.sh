#!/usr/bin/env bash
# Pid 1 of a real node, second half: starts the daemons. When one of them ends, the node ends, and with it every pod.
# shellcheck disable=SC2154 # the addresses and labels are in the file that is read here
set -euo pipefail
exec >/var/log/node.log 2>&1
# shellcheck source=/dev/null
. /etc/testbed/addresses
PATH=$(printf '%s:' /opt/bin/*)$PATH
umount -l /old
rmdir /old
mount --make-rshared /

declare -A names=()
start() { # COMMAND...
  local name
  name=$(basename "$1")
  "$@" >"/var/log/$name.log" 2>&1 &
  names[$!]=$name
}
until_true() { # COMMAND...: the machine's side is quick, so 20 s mean never
  local tries=0
  until "$@" >/dev/null 2>&1; do
    [ $((tries += 1)) -le 400 ] || { echo "'$*' was not true in 20 s" && exit 1; }
    sleep 0.05
  done
}

start containerd -c /etc/testbed/containerd.toml
start images serve --layout /opt/images --listen 127.0.0.1:5000
ip link set lo up
until_true ip link show eth0
ip address add "$node_ip/30" dev eth0
ip link set eth0 up
ip route add default via "$machine_ip"
echo 1 >/proc/sys/net/ipv4/ip_forward
start coredns -conf /etc/testbed/Corefile
start kube-proxy --config=/etc/testbed/proxy.yaml
start provisioner --root /var/lib/testbed/volumes --kubeconfig /etc/testbed/admin.kubeconfig
until_true ctr version
start kubelet --config=/etc/testbed/kubelet.yaml --kubeconfig=/etc/testbed/node.kubeconfig --cert-dir=/var/lib/kubelet/pki \
  --hostname-override="$(</etc/testbed/hostname)" --node-ip="$node_ip" --node-labels="$labels"

wait -n -p ended "${!names[@]}" || true
echo "${names[$ended]} ended, so the node ends; see ${names[$ended]}.log"
exit 1
