#!/usr/bin/env bash
# Pid 1 of a real node, first half: a root of its own. Nothing of the machine's is in it but /dev, the cgroups and what is bound here.
#   enter.sh NODE_FOLDER CGROUP DEBIAN_ROOT IMAGE_LAYOUT BINARY_FOLDER...
set -euo pipefail
node=$1 cgroup=$2 debian=$3 images=$4
shift 4

for group in /sys/fs/cgroup/"$cgroup"/daemons /sys/fs/cgroup/*/"$cgroup"/daemons; do
  [ ! -d "$group" ] || echo $$ >"$group/cgroup.procs"
done

mount -t tmpfs -o mode=755 testbed "$node/root"
cd "$node/root"
mkdir -p usr proc sys dev run tmp mnt old etc/testbed opt/{bin,images} var/{log,lib/{containerd,kubelet,testbed/volumes}}
chmod 1777 tmp
ln -s /run var/run
for link in bin sbin lib lib64; do ln -s "usr/$link" "$link"; done
mount --bind -o ro "$debian/usr" usr
mount --bind -o ro "$images" opt/images
for folder in "$@"; do
  mkdir "opt/bin/$(basename "$folder")"
  mount --bind -o ro "$folder" "opt/bin/$(basename "$folder")"
done
mount --bind "$node/config" etc/testbed
mount --bind "$node/containerd" var/lib/containerd
mount --bind "$node/kubelet" var/lib/kubelet
mount --bind "$node/volumes" var/lib/testbed/volumes
mount --bind "$node/log" var/log

mount -t proc proc proc
hostname=$(<"$node/config/hostname")
echo "$hostname" >proc/sys/kernel/hostname
# The kubelet sets these for the whole machine: it gets copies. Sysctls of the network are the node's own anyway.
for file in vm/{overcommit_memory,panic_on_oom} kernel/{panic,panic_on_oops,keys/root_maxkeys,keys/root_maxbytes}; do
  [ -e "proc/sys/$file" ] || continue
  copy=run/sysctl-${file//\//-}
  cat "proc/sys/$file" >"$copy"
  mount --bind "$copy" "proc/sys/$file"
done
mount -t sysfs sysfs sys
mount --rbind /sys/fs/cgroup sys/fs/cgroup
mount --rbind /dev dev
echo "root:x:0:0:root:/root:/bin/bash" >etc/passwd
echo "root:x:0:" >etc/group
printf '127.0.0.1 localhost %s\n' "$hostname" >etc/hosts

pivot_root . old
exec env PATH=/usr/sbin:/usr/bin chroot . /bin/bash /etc/testbed/run.sh
