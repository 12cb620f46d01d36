/** One thing that is wrong with the configuration, for the person who has to mend it. */
export interface Problem {
  /** File, and the key in it. */
  readonly where: string;
  /** What was given, as text; undefined when nothing was. */
  readonly given?: string;
  /** What is allowed, or what to do. */
  readonly allowed: string;
}

/** All problems as one message: one line each, in the order found. */
export function formatProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ where, given, allowed }) =>
    given === undefined ? `  ${where}: ${allowed}` : `  ${where}: ${given} given; ${allowed}`,
  );
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${count} in the configuration; nothing was created:\n${lines.join("\n")}`;
}
