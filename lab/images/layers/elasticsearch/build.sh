#!/usr/bin/env bash
# Elasticsearch as Elastic publishes it on Maven Central for integration tests, laid out as in the official image. The entry
# point and the logging are ours (root/), and a small module stands in for those that this archive lacks (module/).
set -euo pipefail
. "$LAB/lib/common.sh"
out=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$out/usr/share/elasticsearch
module=$home/modules/testbed-stand-in
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for tool in mvn javac jar; do
  command -v "$tool" >/dev/null || die "layers/elasticsearch: $tool is not on PATH; install Maven and a JDK 17"
done

cp "$here/pom.xml" "$work"
mvn -B -q -f "$work/pom.xml" dependency:unpack-dependencies -DexcludeTransitive=true -DoutputDirectory="$work/unpacked" ||
  die "layers/elasticsearch: Maven could not fetch what pom.xml names"
mkdir -p "$(dirname "$home")"
mv "$work"/unpacked/elasticsearch-* "$home"
rm -rf "$home"/bin/*.{bat,exe} "$home"/lib/platform/{darwin,windows}-* "$home/lib/tools/windows-service-cli"
sed -i 's/^ES_DISTRIBUTION_TYPE=.*/ES_DISTRIBUTION_TYPE=docker/' "$home/bin/elasticsearch-env"
ln -s /opt/java/openjdk "$home/jdk"

javac --release 17 -proc:none -Xlint:all -Werror -cp "$home/lib/*" -d "$work/classes" "$here"/module/src/testbed/standin/*.java ||
  die "layers/elasticsearch: the stand-in module does not compile"
mkdir "$module"
jar --create --file "$module/stand-in.jar" --date=2026-01-01T00:00:00Z -C "$work/classes" .
cp "$here/module/plugin-descriptor.properties" "$module"

"$LAB/debian.sh" --only "$out" tini
rm -rf "$out"/usr/share/{doc,man}

cp -R --no-preserve=ownership "$here/root/." "$out"
mkdir -p "$home/data" "$out/etc"
printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'elasticsearch:x:1000:1000::/usr/share/elasticsearch:/bin/bash' >"$out/etc/passwd"
printf '%s\n' 'root:x:0:' 'elasticsearch:x:1000:' >"$out/etc/group"
chmod -R go=u-w "$out/usr/local"
chown -R 1000:0 "$home"
chmod -R a=rX "$home"
chmod a+x "$home"/bin/*
chmod -R ug+w "$home"/{config,data,logs,plugins}
