# Removes what nobody uses any more. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name, dir, here and cache are set by lab.sh

cmd_clean() {
  local path link lock current
  [ $# -eq 0 ] || die "clean: takes no options, got: $*"
  for path in "$labs"/*/; do
    [ -d "$path" ] || continue
    use_lab "$(basename "$path")"
    (with_lock "$labs/.$name.lock" remove_if_stopped)
  done
  for link in "$labs"/.ports/*; do
    [ ! -L "$link" ] || [ -d "$labs/$(readlink "$link")" ] || rm -f "$link"
  done
  # Both engine choices: what the other one needs is not old.
  current=$(
    LAB_ENGINE=built "$here/build.sh" --path engine control-plane node images catalogue | tr : '\n' &&
      engine_name && "$here/node/root.sh" --path && "$here/images/build.sh" --list &&
      echo "$cache/apt" # the package lists
  )
  sweep_nodes
  for path in "$cache"/.build* "$cache"/.engine* "$cache"/*; do
    if [ ! -d "$path" ] || grep -qxF "$path" <<<"$current"; then continue; fi
    # shellcheck disable=SC2001 # a capture, which bash cannot replace with
    lock=$(sed 's|/\.build-\(.*\)\.[^.]*$|/\1|' <<<"$path").lock
    if [ -e "$lock" ] && ! flock -n "$lock" true; then continue; fi # being built right now
    if used_by_a_lab "$path"; then continue; fi
    say "removing $path"
    rm -rf "$path" "$lock"
  done
}

remove_if_stopped() { # looks under the lock: an up of this lab may have been under way
  if [ -n "$(all_processes)" ]; then say "keeping lab $name, it runs"; else down_locked; fi
}

used_by_a_lab() { # CACHE_FOLDER: what is left are running labs, perhaps of another checkout
  local plugins
  if grep -qsF "$1/" "$labs"/*/kwok/clusters/*/kwok.yaml; then return 0; fi
  if grep -qsxF "$1" "$labs"/*/node/from; then return 0; fi
  for plugins in "$labs"/*/pulumi/plugins; do
    [ "$(readlink "$plugins" || true)" != "$1/plugins" ] || return 0
  done
  return 1
}
