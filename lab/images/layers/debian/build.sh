#!/usr/bin/env bash
# A small Debian: C library, bash and the everyday tools; no package manager, documentation or translations.
set -euo pipefail
out=$1

"$LAB/debian.sh" --only "$out" base-files libc6 libc-bin libgcc-s1 libstdc++6 zlib1g \
  bash libtinfo6 dash coreutils libacl1 libattr1 libgmp10 libselinux1 libpcre2-8-0 \
  debianutils findutils grep hostname mawk ncurses-base procps libproc2-0 libncursesw6 \
  libsystemd0 libcap2 libgcrypt20 libgpg-error0 liblz4-1 liblzma5 libzstd1 sed

# What the packages' own scripts would set up.
ln -sf dash "$out/usr/bin/sh"
ln -s mawk "$out/usr/bin/awk"
printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"$out/etc/nsswitch.conf"
echo 'root:x:0:0:root:/root:/bin/bash' >"$out/etc/passwd"
echo 'root:x:0:' >"$out/etc/group"
install -d -m 1777 "$out/tmp" "$out/var/tmp"

rm -rf "$out"/usr/share/{base-files,bug,doc,doc-base,info,lintian,locale,man,menu} "$out"/usr/lib/*/gconv
