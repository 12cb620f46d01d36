#!/usr/bin/env bash
# Every test level but real and soak, in the order of their cost; a level that fails does not hide the next ones.
# Ends with one line that counts them all: "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

results=.testbed/results
rm -rf "$results"
mkdir -p "$results"
failed_levels=()

level() { # NAME COMMAND...
  local name=$1 started=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@" || failed_levels+=("$name")
  printf '== %s: %s s\n' "$name" "$((SECONDS - started))"
}

# A script that ends with "N passed, N failed" is counted by that line; jest writes its counts to a file.
counted() { # NAME COMMAND...
  local name=$1 status
  shift
  "$@" 2>&1 | tee "$results/$name.log"
  status=${PIPESTATUS[0]}
  grep -oE '^[0-9]+ passed, [0-9]+ failed' "$results/$name.log" | tail -n 1 >"$results/$name.count"
  return "$status"
}
jest() { # PROJECT
  npx --no-install jest --selectProjects "$1" "${@:2}" --reporters default --reporters ./tests/support/progress-reporter.cjs --json --outputFile="$results/$1.json"
}

level format npx --no-install prettier --check --log-level warn .
level lint npx --no-install eslint .
level types npx --no-install tsc --noEmit
level fast jest fast
level change jest change --maxWorkers=2
level e2e jest e2e --maxWorkers=2
level checkers counted checkers tests/checkers/run.sh
level lab counted lab lab/tests/lab-test.sh

printf '\n'
node -e '
const fs = require("fs"), dir = process.argv[1];
let passed = 0, failed = 0, skipped = 0;
for (const file of fs.readdirSync(dir)) {
  const text = fs.readFileSync(dir + "/" + file, "utf8");
  if (file.endsWith(".json")) {
    const counts = JSON.parse(text);
    passed += counts.numPassedTests;
    failed += counts.numFailedTests + (counts.numRuntimeErrorTestSuites ?? 0);
    skipped += counts.numPendingTests;
  } else if (file.endsWith(".count")) {
    const [, ok = 0, bad = 0] = /(\d+) passed, (\d+) failed/.exec(text) ?? [];
    passed += Number(ok);
    failed += Number(bad);
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
' "$results"
if [ "${#failed_levels[@]}" -gt 0 ]; then
  echo "failed levels: ${failed_levels[*]}" >&2
  exit 1
fi
