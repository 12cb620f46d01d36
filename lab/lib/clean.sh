# Removes what nobody uses any more. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name and dir are set by use_lab

cmd_clean() {
  local path link lock current
  [ $# -eq 0 ] || die "clean: takes no options, got: $*"
  for path in "$labs"/*/; do
    [ -d "$path" ] || continue
    use_lab "$(basename "$path")"
    if [ -n "$(processes_of "$dir")" ]; then
      say "keeping lab $name, it runs"
    else
      (with_lock "$labs/.$name.lock" down_locked)
    fi
  done
  for link in "$labs"/.ports/*; do
    [ ! -L "$link" ] || [ -d "$labs/$(readlink "$link")" ] || rm -f "$link"
  done
  # Both engine choices: what the other one needs is not old.
  current=$(LAB_ENGINE=built "$here/build.sh" --path | tr : '\n')
  for path in "$cache"/.build* "$cache"/.engine* "$cache"/*; do
    if [ ! -d "$path" ] || grep -qxF "$path" <<<"$current"; then continue; fi
    case $(basename "$path") in
      .build-*) lock=$cache/$(basename "$path" | sed 's/^\.build-\(.*\)\.[^.]*$/\1/').lock ;;
      *) lock=$path.lock ;;
    esac
    [ ! -e "$lock" ] || flock -n "$lock" true || continue # being built right now
    ! grep -qsF "$path/" "$labs"/*/kwok/clusters/*/kwok.yaml || continue # a running lab was made with it
    [ "$(basename "$path")" != "$(readlink -f "$labs"/*/pulumi/plugins 2>/dev/null | xargs -r -n1 basename)" ] || continue
    say "removing $path"
    rm -rf "$path"
    rm -f "$lock"
  done
}
