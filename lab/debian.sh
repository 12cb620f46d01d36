#!/usr/bin/env bash
# Extracts Debian packages and all that they depend on into a folder. Nothing is installed on the machine: apt works on
# lists, a package status and an archive folder of its own in the cache; where packages come from is the machine's setting.
#   lab/debian.sh OUT PACKAGE...          the packages and their dependencies
#   lab/debian.sh --only OUT PACKAGE...   just the packages
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

closure=1
[ "${1:-}" != --only ] || { closure='' && shift; }
[ $# -ge 2 ] || die "debian.sh: usage: lab/debian.sh [--only] OUT PACKAGE..."
out=$1
shift
for tool in apt-get dpkg-deb tar; do
  command -v "$tool" >/dev/null || die "debian.sh: $tool is not on PATH; Debian packages can be had on Debian and its derivatives only"
done

apt=$cache/apt
mkdir -p "$apt/lists/partial" "$out"
: >"$apt/status"
exec 8>"$apt/lock"
flock 8
archives=$(mktemp -d "$apt/archives.XXXXXX")
mkdir "$archives/partial"
trap 'rm -rf "$archives"' EXIT

own_apt() {
  apt-get -qq -o Dir::State="$apt" -o Dir::State::status="$apt/status" -o Dir::State::lists="$apt/lists" \
    -o Dir::Cache="$apt" -o Dir::Cache::archives="$archives" -o APT::Sandbox::User=root \
    -o APT::Install-Recommends=false -o Debug::NoLocking=true -o Acquire::Retries=3 "$@"
}

if [ -z "$(find "$apt/updated" -mmin -720 2>/dev/null)" ]; then
  say "reading the package lists ..."
  own_apt update >"$apt/log" 2>&1 || die "debian.sh: apt-get update failed: $(tail -n 3 "$apt/log")"
  touch "$apt/updated"
fi

say "downloading $* ..."
if [ -n "$closure" ]; then
  own_apt --yes --download-only install "$@" >"$apt/log" 2>&1 || die "debian.sh: $*: $(tail -n 3 "$apt/log")"
else
  (cd "$archives" && own_apt download "$@") >"$apt/log" 2>&1 || die "debian.sh: $*: $(tail -n 3 "$apt/log")"
fi

# Packages still ship files below /bin and /lib; a Debian root has links there.
for dir in bin sbin lib lib64; do
  mkdir -p "$out/usr/$dir"
  [ -e "$out/$dir" ] || ln -s "usr/$dir" "$out/$dir"
done
for file in "$archives"/*.deb; do
  dpkg-deb --fsys-tarfile "$file" | tar -x -C "$out" --keep-directory-symlink ||
    die "debian.sh: $(basename "$file") could not be extracted into $out; is the disk full?"
done
files=("$archives"/*.deb)
say "extracted ${#files[@]} packages"
