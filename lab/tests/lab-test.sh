#!/usr/bin/env bash
# Starts, breaks, heals and removes labs in a state folder of its own. Needs a finished lab/lab.sh build; takes about a minute.
# shellcheck disable=SC2154 # lab, here, scratch and the counts are set by support.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

echo "# input"
check "a bad name is refused" refuses "NAME is 'A_b'" "$lab" up A_b
check "no name is refused" refuses "NAME is ''" "$lab" down
check "a bad number of nodes is refused" refuses "--nodes is '0'; allowed: 1 to 999" "$lab" up one --nodes 0
check "a missing value is refused" refuses "--cpu is ''" "$lab" up one --cpu
check "an unknown option is refused" refuses "'--node' is not an option" "$lab" up one --node 3
check "an unknown command is refused" refuses "'start' is not a command" "$lab" start one
check "a bad LAB_ENGINE is refused" refuses "allowed: built, system" env LAB_ENGINE=none "$lab" build
check "LAB_ENGINE=system without the official CLI is refused" refuses "needs pulumi on PATH" env PATH=/usr/bin:/bin LAB_ENGINE=system "$lab" build
check "env of a lab that is not there is refused" refuses "start it: lab/lab.sh up one" "$lab" env one
check "down of a lab that is not there is not an error" "$lab" down one

echo "# two labs side by side"
"$lab" up one >"$scratch/one.log" 2>&1 &
first=$!
check "the second starts while the first does" "$lab" up two --nodes 5 --cpu 2 --memory 8Gi
check "the first is up" wait "$first"
check "three nodes are Ready in one" nodes_ready one 3
check "five nodes are Ready in two" nodes_ready two 5
check "the nodes have the size that was asked for" says "2 8Gi" in_lab two kubectl get node node-1 -o 'jsonpath={.status.allocatable.cpu} {.status.allocatable.memory}'
check "a second up does nothing and says so" says "already up (3 nodes" "$lab" up one
check "another size is refused" refuses "was made with --nodes 3, not 4" "$lab" up one --nodes 4
check "both are listed" says "two: 5 of 5 processes run, 5 nodes" "$lab" list
check "status is good" "$lab" status two
check "the context has the lab's name" says testbed-one in_lab one kubectl config current-context

echo "# what the simulated nodes do"
in_lab one kubectl create namespace work >/dev/null
in_lab one kubectl label namespace work pod-security.kubernetes.io/enforce=restricted >/dev/null
eventually 10 in_lab one kubectl -n work get serviceaccount default >/dev/null 2>&1
apply() { in_lab one kubectl -n work apply -f "$here/$1"; }
check "objects are accepted" apply workloads.yaml
check "a StatefulSet with claims is Ready" in_lab one kubectl -n work rollout status statefulset/store --timeout=20s
check "its claims are bound" in_lab one kubectl -n work wait pvc --all --for=jsonpath='{.status.phase}'=Bound --timeout=20s
check "a Deployment with an init container is Available" in_lab one kubectl -n work wait deployment/web --for=condition=Available --timeout=20s
check "a Job completes" in_lab one kubectl -n work wait job/good --for=condition=Complete --timeout=20s
check "Pod Security refuses a privileged pod" refuses 'violates PodSecurity "restricted' in_lab one kubectl -n work run bad --image=none --privileged
check "Stages of a test are accepted" in_lab one kubectl apply -f "$here/stages.yaml"
check "jobs for them are accepted" apply jobs.yaml
check "a Stage makes a Job fail" in_lab one kubectl -n work wait job/fails --for=condition=Failed --timeout=20s
check "with its termination message" says "no such keyspace" in_lab one kubectl -n work get pod -l batch.kubernetes.io/job-name=fails -o 'jsonpath={.items[*].status.containerStatuses[*].state.terminated.message}'
check "a Stage makes a Job hang until its deadline" says DeadlineExceeded in_lab one sh -c "kubectl -n work wait job/hangs --for=condition=Failed --timeout=20s && kubectl -n work get job hangs -o yaml"
paths=$(in_lab one kubectl get pv -o 'jsonpath={.items[*].spec.hostPath.path}')
check "volumes are folders" test -n "$paths" -a -d "${paths%% *}"
# shellcheck disable=SC2086 # a list of folders
remaining() { find $paths -maxdepth 0 2>/dev/null | grep .; }
check "a deleted namespace is gone" in_lab one kubectl delete namespace work --timeout=30s
check "with its volumes" eventually 20 not remaining

echo "# heals"
in_lab one kubectl create configmap kept >/dev/null
kill -KILL "$(pid_of one kube-apiserver)"
check "a lab without its API server is not up" refuses "is not up" "$lab" status one
check "up heals it" says "starting it again with its data" "$lab" up one
check "its objects are still there" in_lab one kubectl get configmap kept
check "its nodes are Ready" eventually 10 nodes_ready one 3
# shellcheck disable=SC2046 # a list of pids
kill -KILL $(processes one)
before=$(port_of one)
node -e 'require("net").createServer().listen(+process.argv[1], "127.0.0.1")' "$before" &
blocker=$!
eventually 5 listening "$before"
check "up heals a lab whose processes are all gone and whose port is taken" says "moved to" "$lab" up one
check "on another port" test "$(port_of one)" != "$before"
check "with its objects" in_lab one kubectl get configmap kept
kill "$blocker"
wait "$blocker" 2>/dev/null || true

echo "# interrupted"
for signal in SIGINT SIGKILL; do
  for moment in 0.3 1 2 3; do
    strike "$signal" "$moment" "$lab" up three >"$scratch/three.log" 2>&1
    [ "$signal" = SIGKILL ] || check "$signal after $moment s of up leaves nothing" test -z "$(processes three)" -a ! -e "$TESTBED_STATE/labs/three"
    check "up after $signal at $moment s converges" "$lab" up three
    check "with its nodes" nodes_ready three 3
    port=$(port_of three)
    "$lab" down three >/dev/null
    check "and goes" gone three "$port"
  done
done
in_lab one kubectl create configmap kept-too >/dev/null
kill -KILL "$(pid_of one etcd)"
strike SIGINT 1 "$lab" up one >"$scratch/one.log" 2>&1
check "SIGINT while healing stops the processes" test -z "$(processes one)"
check "and keeps the data" says "starting it again with its data" "$lab" up one
check "all of it" in_lab one kubectl get configmap kept kept-too

echo "# down"
in_lab two kubectl apply -f "$here/workloads.yaml" >/dev/null
in_lab two kubectl wait pvc --all --for=jsonpath='{.status.phase}'=Bound --timeout=20s >/dev/null
paths=$(in_lab two kubectl get pv -o 'jsonpath={.items[*].spec.hostPath.path}')
one=$(port_of one) two=$(port_of two)
check "down of two" "$lab" down two
check "leaves no process, port or folder" gone two "$two"
check "and no volume" not remaining
check "the other one still runs" nodes_ready one 3
# shellcheck disable=SC2046 # a list of pids
kill -KILL $(processes one)
check "down of a dead lab" "$lab" down one
check "leaves nothing either" gone one "$one"
check "no lock is left" test -z "$(find "$TESTBED_STATE/labs" -name '.*.lock')"

echo "# build"
check "a finished build has nothing to do" says "all binaries are in the cache" "$lab" build
TESTBED_CACHE=$scratch/cache strike SIGINT 5 "$lab" build >"$scratch/build.log" 2>&1
check "a build starts with the modules that take longest" grep -q 'building kubernetes' "$scratch/build.log"
check "a stopped build says how to go on" grep -q 'run it again' "$scratch/build.log"
check "and leaves no half-built entry" test -z "$(find "$scratch/cache/lab" -mindepth 1 -maxdepth 1 -type d)"
check "and no process" eventually 5 not grep -lzF "$scratch/cache" /proc/[0-9]*/cmdline

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
