import type { Evidence } from "./evidence";
import { jobFailure, podTroubles, warnings, workloads } from "./findings";

/** A known kind of trouble, recognized. */
export interface Cause {
  readonly what: string;
  readonly advice: string;
}

/** One text to look at, with the object it is about. */
interface Clue {
  readonly object: string;
  /** `Reason: message`. */
  readonly text: string;
}

interface Pattern {
  readonly from: "event" | "condition" | "container" | "job";
  readonly text: RegExp;
  readonly what: (clue: Clue) => string;
  readonly advice: string;
}

/** First those that keep a pod from existing, then from being placed, from starting, from living; verdicts of jobs last. */
const PATTERNS: readonly Pattern[] = [
  {
    from: "event",
    text: /violates PodSecurity/,
    what: ({ object, text }) =>
      `admission: ${object} makes pods that the namespace's Pod Security level refuses: ${after(text, "violates PodSecurity")}`,
    advice: "correct the security context in the component, or use the upstream one again",
  },
  {
    from: "event",
    text: /exceeded quota/,
    what: ({ object, text }) => `quota: ${object} may not make its pods: ${after(text, "exceeded quota:")}`,
    advice: "raise testbed:platform.budget, or lower replicas or requests",
  },
  {
    from: "event",
    text: /admission webhook .* denied|denied the request/,
    what: ({ object, text }) => `admission: ${object} was refused by the cluster's own policy: ${text}`,
    advice: "ask whoever runs the cluster which policy this is; its name is in the text",
  },
  {
    from: "event",
    text: /ProvisioningFailed|no persistent volumes available|storageclass.* not found/i,
    what: ({ object, text }) => `storage: ${object} gets no volume: ${text}`,
    advice: "name a StorageClass that exists: pulumi config set --path testbed:platform.storageClass <name>",
  },
  {
    from: "condition",
    text: /Unschedulable.*(unbound immediate PersistentVolumeClaims|didn't find available persistent volumes)/s,
    what: ({ object }) => `storage: ${object} waits for a claim that has no volume`,
    advice: "name a StorageClass that exists: pulumi config set --path testbed:platform.storageClass <name>",
  },
  {
    from: "condition",
    text: /Unschedulable/,
    what: ({ object, text }) => `unschedulable: no node takes ${object}: ${after(text, "Unschedulable,")}`,
    advice: "add nodes, free some, or lower the requests of this component",
  },
  {
    from: "container",
    text: /ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull/,
    what: ({ object, text }) => `image pull: ${object} does not get its image: ${text}`,
    advice: "check that the nodes reach the registry; testbed:images.mirror and testbed:images.pullSecrets set another one",
  },
  {
    from: "container",
    text: /CreateContainerConfigError|CreateContainerError/,
    what: ({ object, text }) => `configuration: ${object} cannot be started: ${text}`,
    advice: "a Secret or ConfigMap that it names is missing: run `pulumi refresh`, then `pulumi up`",
  },
  {
    from: "container",
    text: /OOMKilled/,
    what: ({ object }) => `memory: ${object} went over its memory limit and was killed`,
    advice: "raise its memory limit, or lower its heap",
  },
  {
    from: "job",
    text: /DeadlineExceeded/,
    what: ({ object, text }) => `deadline: ${object} was not done in time: ${after(text, "DeadlineExceeded:")}`,
    advice: "a pod that did not start is listed above; a slow cluster needs a larger testbed:platform.jobDeadlineSeconds",
  },
  {
    from: "job",
    text: /^(?!DeadlineExceeded)/,
    what: ({ object, text }) => `job: ${object} failed: ${text}`,
    advice: "`make demo` or `pulumi up` runs it again, once that is mended",
  },
  {
    from: "container",
    text: /CrashLoopBackOff/,
    what: ({ object }) => `crash: ${object} ends soon after it starts`,
    advice: "its last log lines above say why",
  },
  {
    from: "event",
    text: /^Unhealthy: (Readiness|Startup) probe/,
    what: ({ object, text }) => `probe: ${object} runs but does not answer: ${text}`,
    advice: "give it more time (testbed:platform.podDeadlineSeconds) or look at its log",
  },
];

/**
 * What is likely behind a bed that does not come up, most basic first, each kind once. Empty when all is well or nothing
 * is recognized. Old warnings of objects that are well by now do not count.
 */
export function causes(evidence: Evidence): Cause[] {
  const clues = cluesOf(evidence);
  return PATTERNS.flatMap(({ from, text, what, advice }) => {
    const clue = clues[from].find((candidate) => text.test(candidate.text));
    return clue === undefined ? [] : [{ what: what(clue), advice }];
  });
}

function cluesOf(evidence: Evidence): Record<Pattern["from"], Clue[]> {
  const unwell = workloads(evidence).filter(({ state }) => !["ready", "complete"].includes(state));
  const pods = podTroubles(evidence.pods);
  const pending = evidence.claims.filter(({ status }) => status?.phase !== "Bound");
  // A ReplicaSet is named after its Deployment, a pod after its owner.
  const alive = (object: string) => {
    const name = object.split(" ")[1] ?? "";
    return (
      unwell.some((workload) => name === workload.name || name.startsWith(`${workload.name}-`)) ||
      pods.some(({ pod }) => pod === name) ||
      pending.some(({ metadata }) => metadata?.name === name)
    );
  };
  return {
    event: warnings(evidence.events)
      .filter(({ object }) => alive(object))
      .reverse()
      .map(({ object, reason, message }) => ({ object, text: `${reason}: ${message}` })),
    condition: pods.flatMap(({ pod, conditions }) => conditions.map((text) => ({ object: `pod ${pod}`, text }))),
    container: pods.flatMap(({ pod, containers }) =>
      containers.map(({ container, state, reason, message }) => ({
        object: `container ${container} of pod ${pod}`,
        text: [state, reason, message].filter(Boolean).join(": "),
      })),
    ),
    job: evidence.jobs.flatMap((job) => {
      const failure = jobFailure(job);
      const name = job.metadata?.name ?? "";
      if (failure === undefined) return [];
      const said = pods
        .filter(({ pod }) => pod.startsWith(`${name}-`))
        .flatMap(({ containers }) => containers.map(({ message }) => message));
      return [{ object: `job ${name}`, text: `${failure.reason}: ${said.findLast((message) => message !== "") ?? failure.message}` }];
    }),
  };
}

/** The part of a text behind a mark, or the whole of it. */
function after(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return (at < 0 ? text : text.slice(at + mark.length)).trim();
}
