import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "./bed";
import { plainEnv, secretEnv } from "./env";
import { labels } from "./labels";
import { JOB_RESOURCES } from "./job-resources";
import { giveUpAfter, TRIES } from "./job-time";
import { imageReference, pullSecrets } from "./images";
import type { Image, Resources } from "./schemas";
import { containerSecurity, podSecurity } from "./security";
import { flowsTo, type Endpoint, type Flow, type Part } from "./traffic";

export interface RunOnceArgs {
  readonly bed: Bed;
  /** Catalogue word for the labels, such as "schema". */
  readonly component: string;
  readonly image: Image;
  /** Numeric user of the image. */
  readonly user: number;
  /** POSIX shell text; see `jobScript`. Must be idempotent: it runs again when anything here changes. */
  readonly script: string;
  /** Plain environment. Never a secret. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment by reference: variable to Secret key. */
  readonly secretEnv?: Readonly<Record<string, SecretKey>>;
  /** Of its pod; those of a shell and one client if left out. */
  readonly resources?: Resources;
  /** What it connects to. */
  readonly peers: readonly Endpoint[];
  /** Run again when one of these is replaced: a new store has no schema. */
  readonly replacedWith?: readonly pulumi.Resource[];
}

/**
 * An idempotent job with a fixed name, which the provider replaces by delete, then create: never two at once.
 * It is ready when it completed. It runs again exactly when its inputs change or its store is replaced, keeps no TTL
 * (a refresh would find it gone), and ends within `bed.jobSeconds` because the Job object says so: the engine's own
 * time-out starts anew with every event.
 */
export class RunOnce extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: RunOnceArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:kit:RunOnce", name, {}, opts);
    const { bed } = args;
    const own = labels(name, bed.namespace, args.component);

    new k8s.batch.v1.Job(
      name,
      {
        metadata: {
          name,
          namespace: bed.namespace,
          labels: own.all,
          annotations: { "pulumi.com/replaceUnready": "true" },
        },
        spec: {
          backoffLimit: TRIES - 1,
          activeDeadlineSeconds: bed.jobSeconds,
          podReplacementPolicy: "Failed",
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(args.user),
              restartPolicy: "Never",
              terminationGracePeriodSeconds: 5,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [{ name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } }],
              containers: [
                {
                  name: "run",
                  image: imageReference(bed.images, args.image),
                  imagePullPolicy: "IfNotPresent",
                  command: ["/bin/sh", "-c", args.script],
                  env: [
                    { name: "HOME", value: "/tmp" },
                    { name: "GIVE_UP_AFTER", value: String(giveUpAfter(bed.jobSeconds)) },
                    ...plainEnv(args.env ?? {}),
                    ...secretEnv(args.secretEnv ?? {}),
                  ],
                  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                  resources: args.resources ?? JOB_RESOURCES,
                  securityContext: containerSecurity,
                  terminationMessagePolicy: "FallbackToLogsOnError",
                },
              ],
            },
          },
        },
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        customTimeouts: { create: `${bed.jobSeconds + 60}s`, update: `${bed.jobSeconds + 60}s`, delete: "2m" },
        ...(args.replacedWith === undefined ? {} : { replaceWith: [...args.replacedWith] }),
      },
    );
    this.flows = flowsTo(name, ...args.peers);
    this.registerOutputs();
  }
}

/**
 * The frame of every job script: `wait_for "what" command ...` polls once a second until the command succeeds or the
 * try's time is up; `run "what" command ...` runs once. Both write the reason to the termination log before they exit 1.
 */
export function jobScript(body: string): string {
  return `set -u
started=$(date +%s)
fail() { echo "$1" >&2; printf '%s' "$1" | tail -c 3000 > /dev/termination-log; exit 1; }
wait_for() {
  what=$1; shift
  until "$@" > /tmp/out 2>&1; do
    [ $(( $(date +%s) - started )) -lt "$GIVE_UP_AFTER" ] || fail "gave up waiting for $what after $GIVE_UP_AFTER s: $(tail -n 3 /tmp/out | cut -c1-600)"
    sleep 1
  done
  echo "$what: ready after $(( $(date +%s) - started )) s"
}
run() {
  what=$1; shift
  echo "$what ..."
  "$@" > /tmp/out 2>&1 || { cut -c1-600 /tmp/out; fail "$what failed: $(tail -n 5 /tmp/out | cut -c1-600)"; }
  cut -c1-600 /tmp/out
}
${body.trim()}
echo done
`;
}
