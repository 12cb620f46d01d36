#!/usr/bin/env bash
# The tools of a real node (containerd, runc, network plugins ...) from Debian packages, in a folder of the cache.
#   lab/node/root.sh          make it if it is missing
#   lab/node/root.sh --path   make nothing; print its folder
set -euo pipefail
lab=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$lab/lib/common.sh"

packages=(containerd runc containernetworking-plugins nftables iproute2 util-linux mount bash coreutils openssl)
out=$cache/node-root-$(cd "$lab" && { cat debian.sh node/root.sh && uname -m; } | sha256sum | cut -c1-16)

make_root() {
  local started=$SECONDS tool
  [ ! -d "$out" ] || return 0 # another checkout was quicker
  say "extracting the node's tools ..."
  tmp=$(mktemp -d "$cache/.build-$(basename "$out").XXXXXX")
  trap 'rm -rf "$tmp"' EXIT
  trap 'exit 130' INT TERM HUP
  "$lab/debian.sh" "$tmp/root" "${packages[@]}"
  rm -rf "$tmp"/root/usr/share/{doc,info,locale,man}
  mkdir -p "$tmp/root/mnt"
  for tool in 'containerd --version' 'runc --version' 'nft --version' 'ip -V' 'openssl version'; do
    # shellcheck disable=SC2086 # a command and its argument
    PATH=/usr/sbin:/usr/bin chroot "$tmp/root" $tool >/dev/null 2>&1 ||
      die "node/root.sh: '$tool' does not run in the extracted root; a dependency is missing in the list of packages"
  done
  mv -T "$tmp/root" "$out"
  say "extracted the node's tools ($((SECONDS - started)) s)"
}

case ${1:-} in
  --path) echo "$out" ;;
  '') [ -d "$out" ] || { mkdir -p "$cache" && with_lock "$out.lock" make_root; } ;;
  *) die "node/root.sh: '$1' is not known; allowed: nothing, --path" ;;
esac
