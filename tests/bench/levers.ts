import type { Lever } from "./measure";

/** What makes `up` and `destroy` fast, each taken away (or, with a plus, added) in a run of its own. */
export const LEVERS: readonly Lever[] = [
  { name: "as it is" },
  {
    name: "- client rate 300/600",
    edits: [{ file: "components/platform/provider.ts", from: /kubeClientSettings: \{[^}]*\},/, to: "" }],
  },
  {
    name: "- background deletion of leaf kinds",
    edits: [
      { file: "components/kit/deletion.ts", from: /\{ "pulumi.com\/deletionPropagationPolicy": "background" \}/, to: "{}" },
      { file: "index.ts", from: /, annotations: \{ "pulumi.com\/deletionPropagationPolicy": "background" \}/, to: "" },
    ],
  },
  { name: "- deletedWith the namespace", edits: [{ file: "index.ts", from: /ground\.deletedWith\(platform\.disposable\)/, to: "ground" }] },
  {
    name: "- deletedWith, - background",
    edits: [
      { file: "index.ts", from: /ground\.deletedWith\(platform\.disposable\)/, to: "ground" },
      { file: "components/kit/deletion.ts", from: /\{ "pulumi.com\/deletionPropagationPolicy": "background" \}/, to: "{}" },
      { file: "index.ts", from: /, annotations: \{ "pulumi.com\/deletionPropagationPolicy": "background" \}/, to: "" },
    ],
  },
  { name: "+ --parallel 64", args: ["--parallel", "64"] },
  {
    name: "+ no checkpoints (for information: a crash loses state)",
    env: { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" },
  },
];
