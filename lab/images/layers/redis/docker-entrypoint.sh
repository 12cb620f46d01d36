#!/bin/sh
# Options or a configuration file alone mean redis-server. Debian builds it with protected mode on, the official image with
# it off: so it is here, unless an argument speaks of it.
set -eu
case ${1:-} in -* | *.conf) set -- redis-server "$@" ;; esac
case "$*" in
  redis-server*protected-mode*) ;;
  redis-server*) set -- "$@" --protected-mode no ;;
esac
[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
