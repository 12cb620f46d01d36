#!/usr/bin/env bash
# Tests on real servers: one control plane with a real node for all of them, gone when they end.
#   tests/real/run.sh          what fits into CI
#   tests/real/run.sh soak     the same checks in full: about two hours; writes docs/soak.md
# Ends with one line: "N passed, N failed".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

projects=(real)
[ "${1:-}" != soak ] || { projects=(real soak) && export TESTBED_SOAK=1; }
results=.testbed/real
rm -rf "$results" .testbed/soak
mkdir -p "$results"
lab/lab.sh check-real || exit 1
lab/lab.sh build --real || exit 1

name=real-$$
end() {
  trap - EXIT INT TERM HUP
  lab/lab.sh down "$name"
}
trap end EXIT
trap 'end; exit 130' INT TERM HUP

failed=0
lab/tests/node-test.sh | tee "$results/node.log"
[ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
lab/lab.sh up "$name" --real || exit 1
TESTBED_REAL_LAB=$name npx --no-install jest --selectProjects "${projects[@]}" --runInBand \
  --reporters default --reporters ./tests/support/progress-reporter.cjs --json --outputFile="$results/jest.json" || failed=1
[ "${1:-}" != soak ] || node --import tsx tests/soak/report.ts || failed=1

node -e '
const fs = require("fs"), [dir] = process.argv.slice(1);
const { numPassedTests: passed = 0, numFailedTests: failures = 1, numRuntimeErrorTestSuites: broken = 0 } = fs.existsSync(dir + "/jest.json")
  ? JSON.parse(fs.readFileSync(dir + "/jest.json", "utf8"))
  : {};
const [, ok = 0, bad = 0] = /(\d+) passed, (\d+) failed/.exec(fs.readFileSync(dir + "/node.log", "utf8")) ?? [];
console.log(`${passed + Number(ok)} passed, ${failures + broken + Number(bad)} failed`);
' "$results"
exit "$failed"
