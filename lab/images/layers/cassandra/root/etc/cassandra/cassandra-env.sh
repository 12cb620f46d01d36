# Adds to `flags` what depends on the environment. Sourced by bin/cassandra; the variables are those of the official image.
# shellcheck shell=bash

: "${CASSANDRA_LOG_DIR:=$CASSANDRA_HOME/logs}"

# Without these two the JVM sizes itself by the container's memory limit.
[ -z "${MAX_HEAP_SIZE:-}" ] || flags+=("-Xms$MAX_HEAP_SIZE" "-Xmx$MAX_HEAP_SIZE")
[ -z "${MAX_DIRECT_MEMORY_SIZE:-}" ] || flags+=("-XX:MaxDirectMemorySize=$MAX_DIRECT_MEMORY_SIZE")

flags+=(
  "-javaagent:$(echo "$CASSANDRA_HOME"/lib/jamm-*.jar)"
  "-XX:CompileCommandFile=$CASSANDRA_CONF/hotspot_compiler"
  "-XX:OnOutOfMemoryError=kill -9 %p"
  "-Xlog:gc=info,safepoint=info:file=$CASSANDRA_LOG_DIR/gc.log:time,uptime,pid,tid,level:filecount=10,filesize=10m"
  -Dcassandra.jmx.local.port=7199
  -Dcom.sun.management.jmxremote.authenticate=false
)

# Off-heap memory by jemalloc, and few arenas for what is left to the C library.
export LD_PRELOAD=/usr/local/lib/libjemalloc.so MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-4}
flags+=("-Dcassandra.libjemalloc=$LD_PRELOAD")

read -ra extra <<<"${JVM_EXTRA_OPTS:-}"
flags+=("${extra[@]}")
