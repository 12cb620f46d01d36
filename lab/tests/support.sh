# What the tests of the lab share: a state folder of their own, checks, and looking at labs. Sourced, never run.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=$here/../lab.sh
scratch=$(mktemp -d)
export TESTBED_STATE=$scratch/state
passed=0 failed=0

finish() { # whatever happened, no lab of this test stays behind
  local path
  set +e
  for path in "$TESTBED_STATE"/labs/*/; do
    [ ! -d "$path" ] || "$lab" down "$(basename "$path")" >/dev/null 2>&1
  done
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

check() { # TEXT COMMAND...: passes if COMMAND succeeds
  local text=$1
  shift
  if "$@" >"$scratch/out" 2>&1; then
    passed=$((passed + 1)) && echo "ok      $text"
  else
    failed=$((failed + 1)) && echo "FAILED  $text" && sed 's/^/        | /' "$scratch/out" | tail -n 15
  fi
}

eventually() { # SECONDS COMMAND...
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

says() { # TEXT COMMAND...: COMMAND fails or not, but prints TEXT
  local text=$1 out
  shift
  out=$("$@" 2>&1) || true
  echo "$out"
  grep -qF -- "$text" <<<"$out"
}

refuses() { # TEXT COMMAND...: COMMAND fails and prints TEXT
  local text=$1 out
  shift
  ! out=$("$@" 2>&1) && echo "$out" && grep -qF -- "$text" <<<"$out"
}

# A script's background processes ignore SIGINT, so node plays the terminal: Ctrl-C goes to the whole process group.
strike() { # SIGNAL SECONDS COMMAND...
  node -e '
    const [signal, seconds, ...command] = process.argv.slice(1);
    const child = require("child_process").spawn(command[0], command.slice(1), { detached: true, stdio: "inherit" });
    setTimeout(() => process.kill(signal === "SIGINT" ? -child.pid : child.pid, signal), seconds * 1000).unref();' "$@" || true
}

not() { ! "$@"; }
in_lab() { ( # NAME COMMAND...
  eval "$("$lab" env "$1")"
  shift
  "$@"
); }
processes() { grep -lzxF "TESTBED_LAB_PROCESS=$TESTBED_STATE/labs/$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
pid_of() { # LAB BINARY
  local pid
  for pid in $(processes "$1"); do ! grep -qz "/$2$" "/proc/$pid/cmdline" || echo "$pid"; done
}
port_of() { sed -n 's/^port=//p' "$TESTBED_STATE/labs/$1/lab.conf"; }
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
nodes_ready() { [ "$(in_lab "$1" kubectl get nodes --no-headers | grep -c ' Ready ')" = "$2" ]; }
gone() { # LAB PORT
  [ -z "$(processes "$1")" ] && ! listening "$2" && [ ! -e "$TESTBED_STATE/labs/$1" ] && [ -z "$(find "$TESTBED_STATE/labs/.ports" -lname "$1")" ]
}
