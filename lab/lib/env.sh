# The environment of a lab. Sourced by lab.sh.
# shellcheck shell=bash disable=SC2154 # name and dir are set by use_lab

kubernetes_plugin=4.34.2 # what @pulumi/kubernetes in package.json asks for
random_plugin=4.18.5     # what @pulumi/random asks for

# The engine looks for its language host beside itself and for providers in PULUMI_HOME, and warns about those it finds
# on PATH. The binaries are hard links: a symbolic one would send it to look in the folder where pulumi was built.
engine_name() {
  echo "$cache/engine-$(LAB_ENGINE=built "$here/build.sh" --list | { cat && echo "$kubernetes_plugin $random_plugin"; } | sha256sum | cut -c1-16)"
}

engine_dir() { # -> a folder with bin/ and plugins/, the providers under the versions that the SDKs ask for
  local folder new out binary plugin
  folder=$(engine_name)
  if [ ! -d "$folder" ]; then
    new=$(mktemp -d "$cache/.engine.XXXXXX")
    mkdir "$new/bin"
    printf '#!/bin/sh\nexec node "$@"\n' >"$new/bin/pulumi-language-nodejs-exec"
    chmod +x "$new/bin/pulumi-language-nodejs-exec"
    while read -r out binary; do
      case $binary in
        pulumi | pulumi-language-nodejs) plugin=bin ;;
        pulumi-resource-kubernetes) plugin=plugins/resource-kubernetes-v$kubernetes_plugin ;;
        pulumi-resource-random) plugin=plugins/resource-random-v$random_plugin ;;
        *) continue ;;
      esac
      mkdir -p "$new/$plugin"
      ln "$out/$binary" "$new/$plugin/$binary" 2>/dev/null || cp "$out/$binary" "$new/$plugin/$binary" # another file system or owner
    done < <("$here/build.sh" --list)
    mv -T "$new" "$folder" 2>/dev/null || rm -rf "$new" # another one was quicker
  fi
  echo "$folder"
}

control_plane_path() { # each module of the control plane once, joined by ":"
  LAB_ENGINE=built "$here/build.sh" --list | cut -d' ' -f1 | grep -E '/(kubernetes|kwok|etcd)-[0-9a-f]+$' | paste -sd: -
}

cmd_env() {
  local choice folder binary out binaries
  [ $# -eq 0 ] || die "env: takes no options, got: $*"
  [ -f "$dir/complete" ] || die "env: lab $name is not there; start it: lab/lab.sh up $name"
  choice=$(engine)
  while read -r out binaries; do
    for binary in $binaries; do
      [ -x "$out/$binary" ] || die "env: $binary is not built; build it: lab/lab.sh build"
    done
  done < <("$here/build.sh" --list)
  print() { printf 'export %s=%q\n' "$1" "$2"; }
  print KUBECONFIG "$KUBECONFIG"
  if [ "$choice" = built ]; then
    folder=$(engine_dir)
    mkdir -p "$dir/pulumi"
    ln -sfn "$folder/plugins" "$dir/pulumi/plugins"
    print PATH "$folder/bin:$(control_plane_path):$PATH"
    print PULUMI_HOME "$dir/pulumi"
    print PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION true
    # The program asks for it by a provider argument that this older provider does not know.
    print PULUMI_K8S_ENABLE_PATCH_FORCE true
  else
    print PATH "$(control_plane_path):$PATH"
  fi
  # Attribute files beside the state are not written atomically: one cut short by a kill would hide the state from the engine.
  print PULUMI_BACKEND_URL "file://$dir/backend?metadata=skip"
  print PULUMI_CONFIG_PASSPHRASE lab-only
  print PULUMI_SKIP_UPDATE_CHECK true
  print PULUMI_NODEJS_TRANSPILE_ONLY true
}
