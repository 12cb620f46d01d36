import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { Lab } from "../../e2e/support/lab";
import type { Program } from "../../e2e/support/program";
import { bedEvent } from "../../../ops/lib/bed-event";
import { Progress } from "../../../ops/lib/progress";
import { stageEdges, timeline, type StateResource, type Timeline } from "../../../ops/lib/timeline";

/** `pulumi up` of an existing stack, with the time at which each stage began and ended. */
export async function timedUp(lab: Lab, program: Program, stackName: string): Promise<Timeline> {
  process.env["PATH"] = lab.env["PATH"]; // where the engine is looked for
  const stack = await LocalWorkspace.selectStack({ stackName, workDir: program.folder }, { envVars: { ...lab.env } });
  const began = Date.now();
  const progress = new Progress();
  await stack.up({
    color: "never",
    parallel: 64,
    onEvent: (event) => {
      const seen = bedEvent(event, Date.now() - began);
      if (seen !== undefined) progress.see(seen);
    },
  });
  const { deployment } = await stack.exportStack();
  return timeline(progress.stages(), stageEdges((deployment as { resources?: StateResource[] }).resources ?? []));
}
