#!/usr/bin/env bash
# Debian's Redis under the official image's user and paths.
set -euo pipefail
# shellcheck source=../../../lib/common.sh
. "$LAB/lib/common.sh"
version=7.0.15
out=$1

"$LAB/debian.sh" --only "$out" redis-server redis-tools libatomic1 libjemalloc2 liblzf1 libssl3
grep -qaF "$version" "$out/usr/bin/redis-server" ||
  die "layers/redis: Debian's redis-server is not $version any more; change the version here, in redis/image.json and in the values"
rm -rf "${out:?}"/etc/* "${out:?}/usr/share" "$out/usr/lib/systemd"

# The tables replace those of the layer below.
printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'redis:x:999:999::/home/redis:/bin/sh' >"$out/etc/passwd"
printf '%s\n' 'root:x:0:' 'redis:x:999:' >"$out/etc/group"
install -D "$(dirname "$0")/docker-entrypoint.sh" "$out/usr/local/bin/docker-entrypoint.sh"
for program in "$out"/usr/bin/redis-*; do
  ln -s "/usr/bin/$(basename "$program")" "$out/usr/local/bin/"
done
install -d -o 999 -g 999 "$out/data"
