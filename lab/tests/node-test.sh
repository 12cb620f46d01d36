#!/usr/bin/env bash
# Starts, breaks, heals and removes labs with a real node. Needs root and a finished lab/lab.sh build --real; takes one to two minutes.
# shellcheck disable=SC2154 # lab, here, scratch and the counts are set by support.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
"$lab" check-real
kubectl=$("$here/../build.sh" --which kubectl)

k() { # LAB ARGUMENTS
  "$kubectl" --kubeconfig "$TESTBED_STATE/labs/$1/kubeconfig" --namespace work "${@:2}"
}
index_of() { sed -n 's/^subnet=//p' "$TESTBED_STATE/labs/$1/lab.conf"; }
node_processes() { grep -lzxF "TESTBED_LAB_NODE=$TESTBED_STATE/labs/$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
pid1_of() { "$lab" status "$1" 2>/dev/null | sed -n 's/.* pid 1 is \([0-9]*\);.*/\1/p'; }
node_is_ready() { k "$1" wait node/real-1 --for=condition=Ready --timeout=20s; }
left_of() { # LAB INDEX -> what is still there of its node
  node_processes "$1"
  grep -o " $TESTBED_STATE/labs/$1/[^ ]*" /proc/self/mountinfo
  find /sys/fs/cgroup -maxdepth 2 -name "testbed-$2"
  find "/sys/class/net/testbed-$2" /run/testbed-nodes -maxdepth 1 -name "*$2" 2>/dev/null
  awk -v interface="testbed-$2" '$1 == interface { print "route", $0 }' /proc/net/route
}
nothing_left() { not grep . <<<"$(left_of "$@")"; }
machine() { # where a node might leave something
  local sysctl
  cut -d' ' -f4- /proc/self/mountinfo
  for sysctl in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/hostname net/ipv4/ip_forward; do
    echo "$sysctl $(cat "/proc/sys/$sysctl")"
  done
  find /run /var/log /var/lib /etc/cni /opt -maxdepth 1 ! -name testbed-nodes 2>/dev/null || true
}
volumes_of() { find "$TESTBED_STATE/labs/$1/node/volumes" -mindepth 1 -maxdepth 1 | grep .; }
starts() { k one exec store-0 -- grep -c started /data/starts; }
started() { [ "$(starts 2>/dev/null)" = "$1" ]; }
ask() { # ADDRESS PORT -> the answer of a web server, asked by this machine
  (exec 3<>"/dev/tcp/$1/$2" && printf 'GET /index.html HTTP/1.0\r\n\r\n' >&3 && cat <&3) 2>&1
}
nothing_new() { not grep . <<<"$(comm -13 "$scratch/machine" <(machine | sort))"; }
machine | sort >"$scratch/machine"

echo "# input"
mkdir "$scratch/bin"
printf '#!/bin/sh\n[ "$1" = -un ] && echo somebody || echo 1000\n' >"$scratch/bin/id"
chmod +x "$scratch/bin/id"
check "check-real says that only root can, and what else there is" refuses "only root may start containers, and this is user somebody; use a cluster such as kind (https://kind.sigs.k8s.io), or make demo" env PATH="$scratch/bin:$PATH" "$lab" check-real
check "so does up" refuses "only root may" env PATH="$scratch/bin:$PATH" "$lab" up one --real
check "no simulated node and no real one is refused" refuses "--nodes is '0'" "$lab" up one --nodes 0

echo "# two labs side by side"
"$lab" up two --real --nodes 1 >"$scratch/two.log" 2>&1 &
second=$!
check "the first starts while the second does" "$lab" up one --real
check "the second is up" wait "$second"
check "its node is Ready" node_is_ready one
check "the second has a simulated and a real node" nodes_ready two 2
check "the nodes have networks of their own" test "$(index_of one)" != "$(index_of two)"
check "a second up does nothing and says so" says "already up (0 simulated nodes, 1 real" "$lab" up one
check "status shows the node" says "node real-1 runs" "$lab" status one
check "the node has zone and host name" says "zone-1 real-1" k one get node real-1 -o 'jsonpath={.metadata.labels.topology\.kubernetes\.io/zone} {.metadata.labels.kubernetes\.io/hostname}'

echo "# pods"
k one create namespace work >/dev/null
k one label namespace work pod-security.kubernetes.io/enforce=restricted >/dev/null
eventually 10 k one get serviceaccount default >/dev/null 2>&1
check "objects are accepted" k one apply -f "$here/pods.yaml"
check "a hardened pod with all three probes is Ready" k one wait pod/web --for=condition=Ready --timeout=30s
check "a StatefulSet with a claim is Ready" k one rollout status statefulset/store --timeout=30s
check "an unknown image fails at once" eventually 10 says "busybox:none: not found" k one get events --field-selector involvedObject.name=unknown-image,reason=Failed
check "the process is the user that was asked for" says "uid=1000 gid=1000 groups=1000,2000" k one exec web -- id
check "its root file system is read-only" refuses "Read-only file system" k one exec web -- touch /file
check "it has no capabilities" says "CapEff:	0000000000000000" k one exec web -- grep CapEff /proc/self/status
check "it has a seccomp filter" says "Seccomp:	2" k one exec web -- grep Seccomp: /proc/self/status
check "its logs can be read" says serving k one logs web
check "a headless name leads to the pod" says "$(k one get pod store-0 -o 'jsonpath={.status.podIP}')" k one exec web -- nslookup store-0.store.work.svc.cluster.local
check "a name outside the cluster does not exist" refuses NXDOMAIN k one exec web -- nslookup example.com
check "a pod reaches a Service" says hello k one exec store-0 -- sh -c 'printf "GET /index.html HTTP/1.0\r\n\r\n" | nc web 80'
check "a pod reaches itself by its Service" says hello k one exec web -- sh -c 'printf "GET /index.html HTTP/1.0\r\n\r\n" | nc web.work.svc 80'
check "this machine reaches a Service" says hello ask "$(k one get service web -o 'jsonpath={.spec.clusterIP}')" 80
k one port-forward service/web :80 >"$scratch/forward" 2>&1 &
forward=$!
check "a port can be forwarded" eventually 10 grep -q Forwarding "$scratch/forward"
check "and answers" says hello ask 127.0.0.1 "$(sed -n 's/^Forwarding from 127.0.0.1:\([0-9]*\) .*/\1/p' "$scratch/forward")"
kill "$forward" && wait "$forward" 2>/dev/null || true

echo "# data"
check "the volume is a folder of the lab" volumes_of one
k one delete pod store-0 --wait >/dev/null
check "it survives the deletion of its pod" eventually 20 started 2
kill -KILL "$(pid1_of one)"
check "a lab whose node was killed is not up" refuses "is not up" "$lab" status one
check "and its node leaves nothing" eventually 5 test -z "$(node_processes one)"
check "up starts it again" says "node real-1 is Ready" "$lab" up one
check "with its data" eventually 20 started 3
check "and its other pods" k one wait pod/web --for=condition=Ready --timeout=20s
pid1=$(pid1_of one)
kill -KILL "$(pid_of one kube-apiserver)"
check "up heals the control plane alone" "$lab" up one
check "and leaves a good node alone" test "$(pid1_of one)" = "$pid1"
# shellcheck disable=SC2046 # a list of pids
kill -KILL $(processes one) $(node_processes one) 2>/dev/null # some end with the first
check "up heals a lab of which nothing runs" "$lab" up one
check "with its data" eventually 20 started 4
check "logs can be read again" eventually 10 says serving k one logs web
k one delete statefulset store >/dev/null
check "a deleted set with whenDeleted Delete leaves no volume" eventually 20 not volumes_of one

echo "# interrupted"
for moment in 2 5; do
  strike SIGINT "$moment" "$lab" up three --real >"$scratch/three.log" 2>&1
  check "SIGINT after $moment s of up leaves nothing" test -z "$(processes three)$(node_processes three)" -a ! -e "$TESTBED_STATE/labs/three"
done

strike SIGKILL 5 "$lab" up three --real >"$scratch/three.log" 2>&1
check "up after SIGKILL at 5 s converges" "$lab" up three --real
check "with its node" node_is_ready three
three=$(index_of three)
check "and goes" "$lab" down three
check "without a trace" nothing_left three "$three"

echo "# down"
one=$(index_of one) two=$(index_of two)
check "down" says "no mount, cgroup, interface or route of the node" "$lab" down one
check "leaves nothing of the node" nothing_left one "$one"
check "the other one still runs" node_is_ready two
# shellcheck disable=SC2046 # a list of pids
kill -KILL $(processes two) $(node_processes two) 2>/dev/null
check "a killed lab leaves its cgroup" test -n "$(left_of two "$two" | grep cgroup)"
# An empty cache: what others have built stays, and nothing of it is needed.
check "clean removes it" env TESTBED_CACHE="$scratch/cache" "$lab" clean
check "with its cgroup" nothing_left two "$two"
check "nothing is new on the machine" nothing_new

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
