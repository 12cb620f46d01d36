#!/usr/bin/env bash
# The user that Temporal's images run as. The tables replace those of the busybox layer, so they repeat its users.
set -euo pipefail
out=$1
mkdir -p "$out/etc"
cat >"$out/etc/passwd" <<'TABLE'
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/home:/bin/false
temporal:x:1000:1000:Temporal:/home/temporal:/bin/sh
TABLE
cat >"$out/etc/group" <<'TABLE'
root:x:0:
nobody:x:65534:
temporal:x:1000:temporal
TABLE
install -d -m 755 "$out/home"
install -d -m 755 -o 1000 -g 1000 "$out/home/temporal"
