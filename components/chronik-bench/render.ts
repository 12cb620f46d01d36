import { seconds } from "../kit/units";
import type { ChronikBenchValues } from "./values";

/** What it takes beyond its duration: 1,000 messages one by one, reading back, the time-out of the last message, start and end. */
const WARMUP_SECONDS = 30;
const READ_BACK_SECONDS = 60;
const LAST_MESSAGE_SECONDS = 60;
const START_AND_END_SECONDS = 10;

/** Longest that a run takes which may still end well. */
export function benchSeconds(values: ChronikBenchValues): number {
  return (
    (seconds(values.duration) ?? 0) +
    (values.warmup ? WARMUP_SECONDS : 0) +
    (values.mode === "round-trip" ? READ_BACK_SECONDS : 0) +
    LAST_MESSAGE_SECONDS +
    START_AND_END_SECONDS
  );
}

/** Command line. Brokers and topic come by the environment. */
export function benchCommand(values: ChronikBenchValues): string[] {
  return [
    "chronik-bench",
    ["--mode", values.mode],
    ["--concurrency", values.concurrency],
    ["--message-size", values.messageSize],
    ["--duration", values.duration],
    ["--warmup-duration", values.warmup ? "5s" : "0s"],
    ["--acks", values.acks],
    ["--compression", values.compression],
    ["--linger-ms", values.lingerMs],
    ["--batch-size", values.batchSize],
    values.ratePerTask === undefined ? [] : ["--rate-limit", values.ratePerTask],
    ["--json-output", "/tmp/result.json"],
  ]
    .flat()
    .map(String);
}

/**
 * Body of the job. chronik-bench exits with 0 also when every message failed, and has no word in its result for what was read
 * back; so this reads result and log and says what is true. Needs sh, timeout, sed and grep of the image.
 */
export function benchScript(values: ChronikBenchValues): string {
  return `
rm -f /tmp/result.json /tmp/complete /tmp/status
{ timeout "$GIVE_UP_AFTER" ${benchCommand(values).join(" ")}; echo $? > /tmp/status; } 2>&1 | sed -e '/Round-trip complete: /w /tmp/complete'
status=$(cat /tmp/status)
[ "$status" -ne 124 ] || fail "chronik-bench had not ended after $GIVE_UP_AFTER s"
[ "$status" -eq 0 ] || fail "chronik-bench ended with exit code $status: see the log of this pod"
[ -s /tmp/result.json ] || fail "chronik-bench wrote no result"
of_result() { sed -n "s/^ *\\"$1\\": *\\([0-9][0-9]*\\),*\\$/\\1/p" /tmp/result.json; }
sent=$(of_result total_messages) failed=$(of_result failed_messages) secs=$(of_result secs) nanos=$(of_result nanos)
[ -n "$sent" ] && [ -n "$failed" ] && [ -n "$secs" ] && [ -n "$nanos" ] || fail "chronik-bench wrote a result that this job cannot read: $(tr -d ' \\n' < /tmp/result.json | cut -c1-600)"
[ "$failed" -eq 0 ] || fail "$failed of $(( sent + failed )) messages failed"
[ "$sent" -gt 0 ] || fail "no message was acknowledged"
${values.mode === "round-trip" ? READ_BACK : ""}
milliseconds=$(( secs * 1000 + nanos / 1000000 + 1 ))
rate=$(( sent * 1000 / milliseconds ))
echo "$sent messages in $milliseconds ms: $rate a second; p50 $(of_result latency_p50_us) us, p99 $(of_result latency_p99_us) us"
[ "$rate" -ge "$MIN_THROUGHPUT" ] || fail "$rate messages a second, and chronikBench.minThroughput is $MIN_THROUGHPUT"
`;
}

/** The result leaves out what was read back; only the log has it. What earlier runs left counts too, so it is at most that good. */
const READ_BACK = `received=$(grep -o 'received=[0-9]*' /tmp/complete | tail -n 1 | cut -d= -f2)
[ "\${received:-0}" -ge "$sent" ] || fail "\${received:-0} of $sent messages were read back"`;
