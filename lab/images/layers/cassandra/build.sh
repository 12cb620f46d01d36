#!/usr/bin/env bash
# Cassandra from Maven Central and cqlsh from PyPI, laid out as in the official image; start scripts and conf are ours (root/).
set -euo pipefail
. "$LAB/lib/common.sh"
out=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$out/opt/cassandra
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for tool in mvn python3; do
  command -v "$tool" >/dev/null || die "layers/cassandra: $tool is not on PATH; install Maven with Java 17, and Python 3 with pip"
done

cp -R --no-preserve=ownership "$here/root/." "$out"
chmod -R go=u-w "$out"

cp "$here/pom.xml" "$work"
mvn -B -q -f "$work/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$home/lib" ||
  die "layers/cassandra: Maven could not fetch what pom.xml names"
rm -f "$home"/lib/*-{osx,windows}-*.jar
jar=$(echo "$home"/lib/cassandra-all-*.jar)
python3 -m zipfile -e "$jar" "$work/jar"
cp "$work/jar/META-INF/hotspot_compiler" "$out/etc/cassandra"

"$LAB/debian.sh" --only "$out" libjemalloc2 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 libffi8 libssl3 libuuid1
libraries=$(echo "$out"/usr/lib/*-linux-gnu)
mkdir -p "$out/usr/local/lib"
ln -s "${libraries#"$out"}/libjemalloc.so.2" "$out/usr/local/lib/libjemalloc.so"
ln -s python3.11 "$out/usr/bin/python3"
rm -rf "${out:?}/usr/share" "$out"/usr/lib/python3.11/{ensurepip,idlelib,lib2to3,pydoc_data,test,tkinter,unittest}

python3 -m pip install -q --root-user-action=ignore --no-deps --no-compile --require-hashes --only-binary=:all: --implementation cp \
  --python-version 3.11 --target "$home/pylib" -r "$here/requirements.txt" || die "layers/cassandra: pip could not fetch what requirements.txt names"
rm -rf "$home/pylib/bin"
# In the official image cqlsh carries the server's version, and warns of any other.
version=${jar##*-}
echo "version = '${version%.jar}'" >"$home/pylib/cqlshlib/serverversion.py"
# Compiled here, since the pods' root is read-only, and unchecked, since the image has no file times.
LD_LIBRARY_PATH=$libraries PYTHONHOME=$out/usr "$out/usr/bin/python3.11" -m compileall -q \
  --invalidation-mode unchecked-hash -s "$out" -p / "$home/pylib" "$out/usr/lib/python3.11" || die "layers/cassandra: cqlsh could not be compiled"

ln -s /etc/cassandra "$home/conf"
ln -s /var/lib/cassandra "$home/data"
ln -s /var/log/cassandra "$home/logs"
mkdir -p "$out"/var/{lib,log}/cassandra "$out/etc/cassandra/triggers"
printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'cassandra:x:999:999::/home/cassandra:/bin/sh' >"$out/etc/passwd"
printf '%s\n' 'root:x:0:' 'cassandra:x:999:' >"$out/etc/group"
chown -R 999:999 "$out"/etc/cassandra "$out"/var/{lib,log}/cassandra
chmod -R a+rwX "$out/etc/cassandra"
chmod 1777 "$out"/etc/cassandra "$out"/var/{lib,log}/cassandra
