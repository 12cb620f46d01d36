#!/usr/bin/env bash
# Entry point as in the official image: "eswrapper" starts the server, anything else is run; root becomes the user elasticsearch.
set -euo pipefail
umask 0002

[ "$(id -u)" != 0 ] || exec chroot --userspec=1000:0 / "$0" "$@"
[ "${1:-}" = eswrapper ] || exec "$@"

fail() { echo "docker-entrypoint.sh: $*" >&2 && exit 1; }

if [ -n "${ELASTIC_PASSWORD_FILE:-}" ]; then
  [ -z "${ELASTIC_PASSWORD:-}" ] || fail "ELASTIC_PASSWORD and ELASTIC_PASSWORD_FILE are both set; set one"
  [ -r "$ELASTIC_PASSWORD_FILE" ] || fail "ELASTIC_PASSWORD_FILE is '$ELASTIC_PASSWORD_FILE', which cannot be read"
  ELASTIC_PASSWORD=$(<"$ELASTIC_PASSWORD_FILE")
fi
# The command line tools and the launcher are short programs: the quick compiler is enough for them.
export CLI_JAVA_OPTS="-XX:TieredStopAtLevel=1 ${CLI_JAVA_OPTS:-}"

# Read by a cluster that has no password of its own yet; the keystore is made when it is missing.
[ -z "${ELASTIC_PASSWORD:-}" ] || elasticsearch-keystore add --stdin --force bootstrap.password <<<"$ELASTIC_PASSWORD"

# Settings by environment: every variable that looks like one, such as node.name.
settings=()
while IFS= read -r -d '' variable; do
  [[ ! $variable =~ ^[a-z0-9_]+(\.[a-z0-9_]+)+=. ]] || settings+=("-E$variable")
done < <(env --null)

export ES_JAVA_OPTS="-Des.cgroups.hierarchy.override=/ ${ES_JAVA_OPTS:-}"
exec elasticsearch "${settings[@]}"
