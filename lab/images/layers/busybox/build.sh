#!/usr/bin/env bash
# A small base: one static busybox behind all of its names, with the folders and tables that programs look for.
set -euo pipefail
out=$1
package=$(mktemp -d)
"$LAB/debian.sh" --only "$package" busybox-static

mkdir -p "$out"/{bin,dev,etc,home,proc,root,run,sbin,sys,usr/bin,usr/sbin,usr/local/bin,var}
install "$package/usr/bin/busybox" "$out/bin/busybox"
"$out/bin/busybox" --list-full | while read -r applet; do
  [ -e "$out/$applet" ] || ln -s /bin/busybox "$out/$applet"
done
install -d -m 1777 "$out/tmp" "$out/var/tmp"
chmod 700 "$out/root"
cat >"$out/etc/passwd" <<'TABLE'
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/home:/bin/false
TABLE
cat >"$out/etc/group" <<'TABLE'
root:x:0:
nobody:x:65534:
TABLE
echo 'hosts: files dns' >"$out/etc/nsswitch.conf"
