import type { Lever } from "./measure";

/** A crash then loses the state: only to see the other levers, which the writing of checkpoints hides. */
const bare = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

const noClientRate = { file: "components/platform/provider.ts", from: /kubeClientSettings: \{[^}]*\},/, to: "" };
const noDeletedWith = { file: "bed/ground.ts", from: /ground\.deletedWith\(platform\.disposable\)/, to: "ground" };
const noBackground = [
  { file: "components/kit/deletion.ts", from: /\{ "pulumi.com\/deletionPropagationPolicy": "background" \}/, to: "{}" },
  { file: "index.ts", from: /, annotations: \{ "pulumi.com\/deletionPropagationPolicy": "background" \}/, to: "" },
];

/** What makes `up` and `destroy` fast, each taken away (or, with a plus, added) in a run of its own. */
export const LEVERS: readonly Lever[] = [
  { name: "as it is" },
  { name: "+ --parallel 64", args: ["--parallel", "64"] },
  { name: "+ no checkpoint backups", env: { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true" } },
  { name: "+ no checkpoints (information only)", env: bare },
  { name: "no checkpoints, - client rate 300/600", edits: [noClientRate], env: bare },
  { name: "no checkpoints, - background deletion", edits: noBackground, env: bare },
  { name: "no checkpoints, - deletedWith", edits: [noDeletedWith], env: bare },
  { name: "no checkpoints, - deletedWith, - client rate", edits: [noDeletedWith, noClientRate], env: bare },
  { name: "no checkpoints, - deletedWith, - background", edits: [noDeletedWith, ...noBackground], env: bare },
];
