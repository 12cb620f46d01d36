#!/usr/bin/env bash
# Assembles the stand-in images into one OCI image layout in the cache; README.md here says what is in them.
#   lab/images/build.sh          build what is missing: Go binaries, then layers, then the layout
#   lab/images/build.sh --path   build nothing; print the folder of the finished layout
#   lab/images/build.sh --list   build nothing; print the cache folders of this checkout, one per line
# A layer is built again when its folder, lab/debian.sh or what its file `inputs` names changes: a path below lab/ per line,
# or "binary NAME" for a Go binary of lab/build.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../lib/common.sh
export LAB=$lab_home
umask 022

read_images() { # -> lines "FOLDER LAYER,LAYER"
  node - ./*/image.json <<'JS' || die "images/build.sh: an image.json cannot be read, see above"
for (const file of process.argv.slice(2)) {
  const { layers } = JSON.parse(require("fs").readFileSync(file, "utf8"));
  console.log(require("path").dirname(file), layers.join(","));
}
JS
}

binary_key() { # NAME -> name of its module's folder in the cache, which changes when the binary does
  awk -v name="$1" '{ for (i = 2; i <= NF; i++) if ($i == name) { sub(".*/", "", $1); print $1; found = 1 } } END { exit !found }' <<<"$binaries"
}

layer_inputs() { # NAME: the text that decides what the layer is
  local kind value
  uname -sm
  (cd "$lab_home" && find debian.sh "images/layers/$1" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
  [ -e "layers/$1/inputs" ] || return 0
  while read -r kind value; do
    if [ "$kind" = binary ]; then
      binary_key "$value" || die "images/layers/$1/inputs: '$value' is not a binary of the images set in lab/build.sh"
    else
      [ -e "$lab_home/$kind" ] || die "images/layers/$1/inputs: '$kind' is not there; allowed: a path below lab/, or: binary NAME"
      (cd "$lab_home" && find "$kind" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    fi
  done <"layers/$1/inputs"
}

layer_target() { # NAME -> cache folder of this exact layer
  local inputs
  [ -x "layers/$1/build.sh" ] || die "images/layers/$1/build.sh is not there or not executable; an image.json names layer '$1'"
  inputs=$(layer_inputs "$1")
  echo "$cache/layer-$1-$(sha256sum <<<"$inputs" | cut -c1-16)"
}

build_layer() { # NAME
  local name=$1 out=${folders[$1]} started=$SECONDS
  [ ! -d "$out" ] || return 0 # built in another checkout while this one waited for the lock
  say "building layer $name ..."
  fresh_work "$out"
  mkdir "$work/root" "$work/tmp"
  TMPDIR=$work/tmp setsid "layers/$name/build.sh" "$work/root" >"$work/log" 2>&1 &
  child=$!
  wait "$child" || {
    tail -n 20 "$work/log" | sed 's/^/  | /' >&2
    die "layer $name was not built ($(df -h --output=avail "$cache" | tail -n 1 | tr -d ' ') free on the disk); fix what the lines above say and run it again, finished layers are kept"
  }
  child=''
  mv "$work/root" "$out"
  say "built layer $name ($((SECONDS - started)) s, $(du -sh "$out" | cut -f1))"
}

assemble() {
  local started=$SECONDS
  [ ! -d "$layout" ] || return 0
  say "assembling ${#arguments[@]} images ..."
  fresh_work "$layout"
  "$("$LAB/build.sh" --which images)" assemble --out "$work/layout" "${arguments[@]}" || die "the images were not assembled; is the disk full?"
  mv "$work/layout" "$layout"
  say "assembled ${#arguments[@]} images ($((SECONDS - started)) s, $(du -sh "$layout" | cut -f1))"
}

work='' child=''
fresh_work() { # TARGET
  rm -rf "$work"
  work=$(mktemp -d "$cache/.build-$(basename "$1").XXXXXX")
}
end() { # a layer's build is a process group: what it started goes with it
  [ -z "$child" ] || { kill -TERM -- "-$child" && wait "$child"; } 2>/dev/null || true
  rm -rf "$work"
}

case ${1:-} in
  '' | --path | --list) ;;
  *) die "images/build.sh: '$1' is not known; allowed: nothing, --path, --list" ;;
esac

binaries=$("$LAB/build.sh" --list images)
images=$(read_images)
declare -A folders=()
arguments=()
while read -r image layers; do
  paths=()
  for layer in ${layers//,/ }; do
    [ -n "${folders[$layer]:-}" ] || folders[$layer]=$(layer_target "$layer")
    paths+=("${folders[$layer]}")
  done
  arguments+=("$image/image.json=$(IFS=, && echo "${paths[*]}")")
done <<<"$images"
layout=$cache/images-$({
  binary_key images
  printf '%s\n' "${arguments[@]//"$cache/"/}"
  cat ./*/image.json
} | sha256sum | cut -c1-16)

case ${1:-} in
  --path) echo "$layout" && exit 0 ;;
  --list) printf '%s\n' "$layout" "${folders[@]}" && exit 0 ;;
esac
if [ -d "$layout" ]; then
  say "all ${#arguments[@]} images are in the cache"
  exit 0
fi
[ "$(id -u)" = 0 ] || die "images/build.sh: layers hold files of several users, so only root can build them; or use your own cluster (README, 'Without the lab')"
"$LAB/build.sh" images
trap end EXIT
trap 'say "stopped; run it again to go on with what is missing" >&2 && exit 130' INT TERM HUP
for layer in "${!folders[@]}"; do
  [ -d "${folders[$layer]}" ] || with_lock "${folders[$layer]}.lock" build_layer "$layer"
done
with_lock "$layout.lock" assemble
