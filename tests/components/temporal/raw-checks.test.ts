import { CATALOGUE } from "../../../components/temporal/catalogue";
import { clashesWithTyped, type RawConfig, rawProblems } from "../../../components/temporal/raw-checks";

/** One line per problem, as a reader would be told. */
const told = (config: RawConfig): string[] => rawProblems(config).map(({ path, message }) => `${path.join(".")}: ${message}`);
const one = (key: string, value: unknown, constraints?: Record<string, string | number>): RawConfig => ({
  [key]: [{ value, constraints }],
});

test.each<[string, RawConfig]>([
  ["no key", {}],
  ["one for all", one("frontend.rps", 1)],
  ["a key in another case", one("FRONTEND.RPS", 1)],
  ["a constraint in another case", one("frontend.namespaceRPS", 1, { NameSpace: "orders" })],
  ["a whole number where a number is read", one("system.operatorRPSRatio", 1)],
  ["durations with several units and days", one("history.cacheTTL", "1h30m")],
  ["days", one("history.cacheTTL", "1.5d")],
  [
    "a queue, its namespace and its type",
    one("matching.numTaskqueueReadPartitions", 1, { namespace: "a", taskQueueName: "b", taskType: "Activity" }),
  ],
  [
    "a destination with and without its namespace",
    {
      "history.outboundQueue.groupLimiter.concurrency": [
        { value: 1, constraints: { destination: "a" } },
        { value: 1, constraints: { namespace: "n", destination: "a" } },
      ],
    },
  ],
  ["a task of history", one("history.ReplicationTaskProcessorErrorRetryMaxAttempts", 3, { shardId: 7 })],
  ["off, where off is the default", one("frontend.globalRPS", 0)],
  ["no log line of a kind a second", one("frontend.throttledLogRPS", 0)],
  ["a structure by its fields, in any case", one("history.cacheBackgroundEvict", { enabled: true, LoopInterval: "10s" })],
  [
    "two values for two namespaces",
    {
      "frontend.namespaceRPS": [
        { value: 1, constraints: { namespace: "a" } },
        { value: 1, constraints: { namespace: "b" } },
      ],
    },
  ],
])("%s is taken", (_, config) => {
  expect(told(config)).toEqual([]);
});

test.each<[string, RawConfig, string[]]>([
  ["a mistyped key", one("frontend.rpss", 1), ["frontend.rpss: a key that Temporal 1.31.2 reads; did you mean frontend.rps?"]],
  ["a key unlike any", one("nothing.like.it.at.all", 1), ["nothing.like.it.at.all: a key that Temporal 1.31.2 reads"]],
  ["text for a number", one("frontend.rps", "1"), ["frontend.rps.0.value: a whole number: the server reads this key as int"]],
  ["half a request", one("frontend.rps", 0.5), ["frontend.rps.0.value: a whole number: the server reads this key as int"]],
  ["more than a number can hold", one("frontend.rps", 2 ** 60), ["frontend.rps.0.value: a whole number: the server reads this key as int"]],
  [
    "text for a switch",
    one("system.enableEagerWorkflowStart", "true"),
    ["system.enableEagerWorkflowStart.0.value: true or false: the server reads this key as bool"],
  ],
  [
    "a duration without its unit",
    one("history.cacheTTL", "5"),
    ["history.cacheTTL.0.value: a duration such as 10s: the server reads this key as duration"],
  ],
  [
    "a duration with a unit of no duration",
    one("history.cacheTTL", "5w"),
    ["history.cacheTTL.0.value: a duration such as 10s: the server reads this key as duration"],
  ],
  ["a negative duration", one("history.cacheTTL", "-5s"), ["history.cacheTTL.0.value: a duration of 0s or more: the server waits for it"]],
  [
    "a list for a map",
    one("history.timerProcessorSchedulerActiveRoundRobinWeights", [1]),
    ["history.timerProcessorSchedulerActiveRoundRobinWeights.0.value: a map: the server reads this key as map"],
  ],
  [
    "a field that a structure does not have",
    one("history.cacheBackgroundEvict", { Enabld: true }),
    ["history.cacheBackgroundEvict.0.value.Enabld: a field that the server reads: Enabled, LoopInterval, MaxEntryPerCall"],
  ],
  [
    "a namespace of a key for all",
    one("history.rps", 1, { namespace: "orders" }),
    ["history.rps.0.constraints.namespace: no constraint: history.rps takes no other"],
  ],
  [
    "a queue of a key for namespaces",
    one("frontend.namespaceRPS", 1, { taskQueueName: "q" }),
    ["frontend.namespaceRPS.0.constraints.taskQueueName: namespace: frontend.namespaceRPS takes no other"],
  ],
  [
    "a constraint that there is not",
    one("frontend.namespaceRPS", 1, { taskQueue: "q" }),
    [
      "frontend.namespaceRPS.0.constraints.taskQueue: a constraint that the server knows (namespace, namespaceId, taskQueueName, taskType, shardId, historyTaskType, destination, chasmTaskType); frontend.namespaceRPS takes namespace",
    ],
  ],
  ["a number for a namespace", one("frontend.namespaceRPS", 1, { namespace: 7 }), ["frontend.namespaceRPS.0.constraints.namespace: text"]],
  ["no name for a namespace", one("frontend.namespaceRPS", 1, { namespace: "" }), ["frontend.namespaceRPS.0.constraints.namespace: text"]],
  [
    "a task type that there is not",
    one("matching.numTaskqueueReadPartitions", 1, { namespace: "a", taskQueueName: "b", taskType: "Both" }),
    ["matching.numTaskqueueReadPartitions.0.constraints.taskType: Workflow, Activity or Nexus"],
  ],
  [
    "text for a shard",
    one("history.ReplicationTaskProcessorErrorRetryMaxAttempts", 3, { shardId: "7" }),
    ["history.ReplicationTaskProcessorErrorRetryMaxAttempts.0.constraints.shardId: the number of a shard, from 1"],
  ],
  [
    "a task of history that there is not",
    one("history.standbyTaskMissingEventsDiscardDelay", "5m", { historyTaskType: "TimerActivityTimeout" }),
    [
      expect.stringMatching(
        /^history\.standbyTaskMissingEventsDiscardDelay\.0\.constraints\.historyTaskType: one of .*, UserTimer, /,
      ) as string,
    ],
  ],
  [
    "a set that no look-up asks for",
    one("matching.numTaskqueueReadPartitions", 1, { taskQueueName: "b", taskType: "Activity" }),
    [
      "matching.numTaskqueueReadPartitions.0.constraints: namespace with taskQueueName with taskType, or namespace with taskQueueName, or taskQueueName, or namespace, or none: the server looks matching.numTaskqueueReadPartitions up by no other set",
    ],
  ],
  [
    "a constraint twice",
    one("frontend.namespaceRPS", 1, { namespace: "a", Namespace: "b" }),
    ["frontend.namespaceRPS.0.constraints: each constraint once: the server does not mind the case of their names"],
  ],
  [
    "a key twice",
    { "frontend.rps": [{ value: 1 }], "frontend.RPS": [{ value: 2 }] },
    ["frontend.RPS: a key once: the server reads it as the same as frontend.rps"],
  ],
  [
    "a set of constraints twice",
    {
      "frontend.namespaceRPS": [
        { value: 1, constraints: { namespace: "a" } },
        { value: 2, constraints: { Namespace: "a" } },
      ],
    },
    ["frontend.namespaceRPS.1: one value for a set of constraints: the server takes the first of them and never reads this one"],
  ],
  [
    "the same task type in two forms",
    {
      "matching.numTaskqueueReadPartitions": [
        { value: 1, constraints: { namespace: "a", taskQueueName: "b", taskType: 2 } },
        { value: 2, constraints: { namespace: "a", taskQueueName: "b", taskType: "TASK_QUEUE_TYPE_ACTIVITY" } },
      ],
    },
    [
      "matching.numTaskqueueReadPartitions.1: one value for a set of constraints: the server takes the first of them and never reads this one",
    ],
  ],
])("%s", (_, config, lines) => {
  expect(told(config)).toEqual(lines);
});

test.each<[string, number, string]>([
  [
    "history.persistenceMaxQPS",
    0,
    "more than 0: 0 lets no call through to the store, and a server that starts with it has no limiter of the store at all until it is restarted",
  ],
  [
    "worker.persistenceMaxQPS",
    -1,
    "more than 0: 0 lets no call through to the store, and a server that starts with it has no limiter of the store at all until it is restarted",
  ],
  ["frontend.rps", 0, "more than 0: with 0 nobody is served"],
  ["matching.rps", -5, "more than 0: with 0 nobody is served"],
  ["frontend.namespaceRPS.visibility", 0, "more than 0: with 0 nobody is served"],
  ["system.visibilityPersistenceMaxWriteQPS", 0, "more than 0: with 0 nobody is served"],
  ["frontend.globalRPS", -1, "0 or more: 0 means off, and less means no more than that"],
  ["history.persistencePerShardNamespaceMaxQPS", -1, "0 or more: 0 means off, and less means no more than that"],
  ["frontend.namespaceCount", 0, "more than 0: with 0 no poll and no long poll is let in"],
  ["frontend.namespaceBurstRatio.visibility", 0, "more than 0: a burst of 0 lets no request through"],
  ["system.persistenceQPSBurstRatio", 0, "more than 0: a burst of 0 lets no request through"],
  ["system.operatorRPSRatio", 0, "more than 0: with 0 calls of operators are refused"],
  ["matching.numTaskqueueReadPartitions", 0, "more than 0: with 0 a poll finds no partition to go to, and its call panics"],
  ["matching.numTaskqueueWritePartitions", 0, "more than 0: the server takes less for 1"],
  ["admin.matchingNamespaceTaskqueueToPartitionDispatchRate", 0, "more than 0: with 0 no task is handed out"],
  ["history.transferProcessorSchedulerWorkerCount", 0, "more than 0: with 0 nothing works off its tasks"],
  ["worker.perNamespaceWorkerCount", 0, "more than 0: with 0 no schedule and no batch job of the namespace runs"],
  ["limit.blobSize.error", -1, "0 or more: less is no limit"],
])("%s: %d", (key, value, message) => {
  expect(told(one(key, value))).toEqual([`${key}.0.value: ${message}`]);
});

test("no default of the server itself is refused", () => {
  const refused = Object.entries(CATALOGUE.keys).flatMap(([key, known]) =>
    known.default === undefined ? [] : told(one(key, known.default)),
  );
  expect(refused).toEqual([]);
});

test("all of it is told at once", () => {
  const config = {
    "frontend.rpss": [{ value: 1 }],
    "frontend.rps": [{ value: "1", constraints: { namespace: "a", queue: "b" } }, { value: 0 }],
  };
  expect(rawProblems(config).map(({ path }) => path.join("."))).toEqual([
    "frontend.rpss",
    "frontend.rps.0.value",
    "frontend.rps.0.constraints.namespace",
    "frontend.rps.0.constraints.queue",
    "frontend.rps.1.value",
  ]);
});

describe("beside typed limits", () => {
  const raw = (key: string) =>
    clashesWithTyped(one(key, 1), ["frontend.rps", "frontend.globalNamespaceRPS", "history.persistenceMaxQPS"]).map(
      ({ message }) => message,
    );
  const twin = (key: string) =>
    `one place only: temporal.limits sets ${key}, and of the two the server follows the one for the whole cluster; take one of them out`;

  test.each([
    ["frontend.RPS", ["one place only: temporal.limits sets this key already; take it out of one of them"]],
    ["frontend.globalRPS", [twin("frontend.rps")]],
    ["frontend.namespaceRPS", [twin("frontend.globalNamespaceRPS")]],
    ["history.persistenceGlobalMaxQPS", [twin("history.persistenceMaxQPS")]],
    ["frontend.namespaceRPS.visibility", []],
    ["matching.persistenceGlobalMaxQPS", []],
  ])("%s", (key, messages) => {
    expect(raw(key)).toEqual(messages);
  });
});
