# The configuration of a real node: what its daemons read. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # dir, work and the addresses are set by lab.sh and lib/network.sh

node_name=real-1

write_node_config() {
  local config=$dir/node/config api who
  mkdir -p "$config"/{cni,certs.d/_default,pki}
  cp "$here/node/run.sh" "$config/run.sh"
  echo "$node_name" >"$config/hostname"
  printf '%s\n' "node_ip=$node_ip" "machine_ip=$machine_ip" \
    "labels=topology.kubernetes.io/region=lab,topology.kubernetes.io/zone=zone-1" >"$config/addresses"
  echo "nameserver $node_ip" >"$config/resolv.conf"
  cp "$work"/pki/{ca.crt,admin.crt,admin.key} "$config/pki/"
  sign node "/O=system:nodes/CN=system:node:$node_name"
  sign proxy "/CN=system:kube-proxy"
  api=https://$machine_ip:$(setting port)
  for who in node proxy admin; do node_kubeconfig "$who" "$api" >"$config/$who.kubeconfig"; done
  containerd_config >"$config/containerd.toml"
  printf '%s\n' 'server = "http://127.0.0.1:5000"' '[host."http://127.0.0.1:5000"]' '  capabilities = ["pull", "resolve"]' >"$config/certs.d/_default/hosts.toml"
  cni_config >"$config/cni/10-pods.conflist"
  kubelet_config >"$config/kubelet.yaml"
  proxy_config >"$config/proxy.yaml"
  corefile >"$config/Corefile"
}

sign() { # NAME SUBJECT: a client certificate, signed by the cluster's own authority; kept when the node is started again
  [ ! -s "$dir/node/config/pki/$1.crt" ] || return 0
  with_lab_at_mnt openssl req -x509 -CA "/mnt/kwok/clusters/$name/pki/ca.crt" -CAkey "/mnt/kwok/clusters/$name/pki/ca.key" \
    -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 3650 -subj "$2" -addext extendedKeyUsage=clientAuth -addext basicConstraints=CA:FALSE \
    -keyout "/mnt/node/config/pki/$1.key" -out "/mnt/node/config/pki/$1.new" 2>"$dir/node/openssl.log" ||
    die "$name: no certificate for $2: $(tail -n 2 "$dir/node/openssl.log")"
  mv "$dir/node/config/pki/$1.new" "$dir/node/config/pki/$1.crt"
}

node_kubeconfig() { # WHO API
  cat <<YAML
apiVersion: v1
kind: Config
current-context: lab
contexts: [{ name: lab, context: { cluster: lab, user: $1 } }]
clusters: [{ name: lab, cluster: { server: "$2", certificate-authority: /etc/testbed/pki/ca.crt } }]
users: [{ name: $1, user: { client-certificate: /etc/testbed/pki/$1.crt, client-key: /etc/testbed/pki/$1.key } }]
YAML
}

# Without restrict_oom_score_adj no sandbox starts where root lacks CAP_SYS_RESOURCE.
containerd_config() {
  cat <<'TOML'
version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    discard_unpacked_layers = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/testbed/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/testbed/certs.d"
TOML
}

# A routed link per pod: on a bridge, answers between two pods would pass by the Service rules unless br_netfilter is there.
cni_config() {
  cat <<JSON
{ "cniVersion": "1.0.0", "name": "pods", "plugins": [ { "type": "ptp", "ipMasq": false,
  "ipam": { "type": "host-local", "dataDir": "/run/cni", "ranges": [[{ "subnet": "$pod_range" }]], "routes": [{ "dst": "0.0.0.0/0" }] } } ] }
JSON
}

# Eviction is for a machine that is really full.
kubelet_config() {
  cat <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: /etc/testbed/pki/ca.crt } }
authorization: { mode: Webhook }
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
failCgroupV1: false
failSwapOn: false
clusterDNS: ["$node_ip"]
clusterDomain: cluster.local
resolvConf: /etc/testbed/resolv.conf
configMapAndSecretChangeDetectionStrategy: Watch
syncFrequency: 5s
serializeImagePulls: false
registryPullQPS: 0
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: { memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1% }
volumePluginDir: /var/lib/kubelet/plugins-none
YAML
}

# Connection tracking limits are the machine's: zero leaves them alone.
proxy_config() {
  cat <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
clientConnection: { kubeconfig: /etc/testbed/proxy.kubeconfig }
hostnameOverride: $node_name
clusterCIDR: $pod_range
conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }
YAML
}

# There is no internet: a name outside the cluster does not exist, which is an answer at once instead of a timeout.
corefile() {
  cat <<COREFILE
cluster.local:53 in-addr.arpa:53 {
  bind $node_ip
  errors
  ready $node_ip:8181
  kubernetes cluster.local in-addr.arpa {
    kubeconfig /etc/testbed/admin.kubeconfig
    pods insecure
    ttl 5
  }
}
.:53 {
  bind $node_ip
  errors
  template ANY ANY {
    rcode NXDOMAIN
  }
}
COREFILE
}
