import { load } from "js-yaml";
import { z } from "zod";
import type { Finding } from "./findings";
import { LAYERS } from "../../values/layers";

/** A finding that stays, and why. */
const Waiver = z.strictObject({
  checker: z.string().min(1),
  rule: z.string().min(1),
  /** `Kind namespace/name`; `*` stands for any text. */
  object: z.string().min(1),
  layer: z.enum(LAYERS).optional(),
  reason: z
    .string()
    .min(20)
    .regex(/^[^\n]*$/, "one line"),
});
export type Waiver = z.infer<typeof Waiver>;

export function parseWaivers(text: string): Waiver[] {
  return z.array(Waiver).parse(load(text));
}

export interface Judged {
  readonly unexplained: readonly Finding[];
  readonly waived: readonly Finding[];
  /** Waivers that no finding needs any more. */
  readonly unused: readonly Waiver[];
}

/** @param ran names of the checkers that ran: a waiver for another one is not unused */
export function judge(findings: readonly Finding[], waivers: readonly Waiver[], ran: readonly string[]): Judged {
  const used = new Set<Waiver>();
  const waived = findings.filter((finding) => {
    const covering = waivers.filter((waiver) => covers(waiver, finding));
    for (const waiver of covering) used.add(waiver);
    return covering.length > 0;
  });
  return {
    waived,
    unexplained: findings.filter((finding) => !waived.includes(finding)),
    unused: waivers.filter((waiver) => !used.has(waiver) && ran.includes(waiver.checker)),
  };
}

function covers(waiver: Waiver, finding: Finding): boolean {
  return (
    waiver.checker === finding.checker &&
    waiver.rule === finding.rule &&
    (waiver.layer === undefined || waiver.layer === finding.layer) &&
    glob(waiver.object).test(finding.object)
  );
}

function glob(pattern: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${pattern.split("*").map(literal).join(".*")}$`);
}
