/** The same thing measured several times, in seconds. */
export interface Series {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly all: readonly number[];
}

export function series(all: readonly number[]): Series {
  if (all.length === 0) throw new Error("nothing was measured");
  const sorted = [...all].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? 0;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, least: at(0), most: at(sorted.length - 1), all };
}

/** Median of each named part; a part that a round lacks counts as zero there. */
export function medians(rounds: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
  return Object.fromEntries(names.map((name) => [name, series(rounds.map((round) => round[name] ?? 0)).median]));
}

export const one = (seconds: number): string => seconds.toFixed(1);
export const shown = ({ median, least, most }: Series): string => `${one(median)} (${one(least)}-${one(most)})`;
