# What a lab is made of: kwokctl's configuration, the kubeconfig, the first objects. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name, dir and base are set by use_lab and reserve_ports

write_config() {
  cat <<YAML
kind: KwokctlConfiguration
apiVersion: config.kwok.x-k8s.io/v1alpha1
options:
  runtime: binary
  bindAddress: 127.0.0.1
  etcdPeerPort: $base
  etcdPort: $((base + 1))
  kubeApiserverPort: $((base + 2))
  kubeControllerManagerPort: $((base + 3))
  kubeSchedulerPort: $((base + 4))
  kwokControllerPort: $((base + 5))
  # Should two labs ever meet on one etcd port, they do not read each other's objects.
  etcdPrefix: /$name-$RANDOM$RANDOM
  etcdBinary: $(command -v etcd)
  kubeApiserverBinary: $(command -v kube-apiserver)
  kubeControllerManagerBinary: $(command -v kube-controller-manager)
  kubeSchedulerBinary: $(command -v kube-scheduler)
  kwokControllerBinary: $(command -v kwok)
  kubectlBinary: $(command -v kubectl)
  enableCRDs: [Stage]
$(for_node_options)
componentsPatches:
$(for_node_arguments)
  - name: kube-controller-manager
    extraArgs:
      - { key: enable-hostpath-provisioner, value: "$([ -n "$real" ] && echo false || echo true)" }
      - { key: leader-elect, value: "false" } # one replica: an election only costs seconds
  - name: kube-scheduler
    extraArgs:
      - { key: leader-elect, value: "false" }
YAML
}

for_node_options() { # the names under which a real node and its pods reach the API server
  [ -z "$real" ] || echo "  kubeApiserverCertSANs: [$machine_ip, $service_ip]"
}

for_node_arguments() { # kwok leaves a real node alone, and the API server knows how to reach its kubelet
  [ -z "$real" ] || cat <<YAML
  - name: kube-apiserver
    extraArgs:
      - { key: bind-address, value: 0.0.0.0, override: true }
      - { key: advertise-address, value: $machine_ip }
      - { key: service-cluster-ip-range, value: $service_range }
      - { key: kubelet-preferred-address-types, value: InternalIP }
      - { key: kubelet-client-certificate, value: $work/pki/admin.crt }
      - { key: kubelet-client-key, value: $work/pki/admin.key }
  - name: kwok-controller
    extraArgs:
      - { key: manage-all-nodes, value: "false", override: true }
      - { key: manage-nodes-with-annotation-selector, value: kwok.x-k8s.io/node=fake }
YAML
}

write_kubeconfig() { # one file without paths to others in it, named after the lab
  (
    umask 077
    kubectl --kubeconfig "$work/kubeconfig.yaml" config view --raw --flatten | sed "s/\bkwok-$name\b/testbed-$name/g" >"$KUBECONFIG.new"
  )
  mv "$KUBECONFIG.new" "$KUBECONFIG"
}

base_objects() { # what a real cluster brings along: the storage class, nodes, and here what the simulated kubelets do
  local i tries=0
  {
    cat "$here/control-plane/stages.yaml" - <<YAML
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: standard
  annotations: { storageclass.kubernetes.io/is-default-class: "true" }
provisioner: $(if has_node; then echo testbed/local; else echo kubernetes.io/host-path; fi)
reclaimPolicy: Delete
volumeBindingMode: WaitForFirstConsumer
YAML
    for ((i = 1; i <= $(setting nodes); i++)); do node "$i"; done
  } >"$dir/objects.yaml"
  # The API server answers before it serves the kind Stage.
  until kubectl apply --server-side --force-conflicts -f "$dir/objects.yaml" >"$dir/apply.log" 2>&1; do
    [ $((tries += 1)) -le 50 ] || give_up
    sleep 0.1
  done
  [ "$(setting nodes)" = 0 ] || kubectl wait --for=condition=Ready node -l testbed/simulated --timeout=60s >>"$dir/apply.log" 2>&1 || give_up
}

node() { # NUMBER
  local resources
  resources="{ cpu: \"$(setting cpu)\", memory: $(setting memory), ephemeral-storage: 1Ti, pods: \"110\" }"
  cat <<YAML
---
apiVersion: v1
kind: Node
metadata:
  name: node-$1
  annotations: { kwok.x-k8s.io/node: fake, node.alpha.kubernetes.io/ttl: "0" }
  labels:
    kubernetes.io/hostname: node-$1
    kubernetes.io/os: linux
    kubernetes.io/arch: amd64
    testbed/simulated: "true"
    topology.kubernetes.io/region: lab
    topology.kubernetes.io/zone: zone-$((($1 - 1) % 3 + 1))
status:
  allocatable: $resources
  capacity: $resources
YAML
}
