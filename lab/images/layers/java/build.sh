#!/usr/bin/env bash
# Debian's Java 17 runtime, where the official images have theirs; its libraries for fonts, sound and printing are left out.
set -euo pipefail
. "$LAB/lib/common.sh"
out=$1

"$LAB/debian.sh" --only "$out" openjdk-17-jre-headless
homes=("$out"/usr/lib/jvm/java-17-openjdk-*)
[ -x "${homes[0]}/bin/java" ] || die "layers/java: no bin/java below $out/usr/lib/jvm; look at the contents of Debian's openjdk-17-jre-headless"
home=${homes[0]#"$out"}
mkdir -p "$out/opt/java"
ln -s "$home" "$out/opt/java/openjdk"

# Documents, the compiler's symbols, and the class archive for heaps above 32 GiB.
rm -rf "${out:?}/usr/share" "$out$home"/{docs,legal,man} "$out$home/lib/ct.sym" "$out$home"/lib/server/classes_nocoops.jsa
