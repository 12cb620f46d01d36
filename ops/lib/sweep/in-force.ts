import type { DynamicConfig } from "../../../components/temporal/dynamic-config";
import { serverLog, whereText } from "../limits/log";

/** What servers say in their log about the limits that they have read: pure, no I/O. */

/** A value of a dynamic-config key, with the constraints as the server writes them. */
export interface Expected {
  readonly key: string;
  /** Such as `{Namespace:default}`; empty for none. */
  readonly constraints: string;
  readonly value: string;
}

/** Values that a server logs when it reads this config. Those that are no number, text or truth value are left out: it logs them in a form of its own. */
export function expectedOf(config: DynamicConfig): Expected[] {
  return Object.entries(config).flatMap(([key, entries]) =>
    entries
      .filter(({ value }) => typeof value !== "object")
      .map(({ value, constraints }) => ({
        key: key.toLowerCase(),
        constraints: whereText(constraints),
        value: String(value),
      })),
  );
}

/** When a server has read what: the last word of its log about each key and constraint. */
export class Read {
  private readonly last = new Map<string, { readonly value: string; readonly at: number }>();

  /** Takes in lines of the log, in their order; lines that were seen before do no harm. */
  public see(log: string): void {
    for (const { key, where, value, at } of serverLog(log).reads) {
      if (value !== undefined) this.last.set(`${key} ${where}`, { value, at });
    }
  }

  /** When the last of these was read, in milliseconds since 1970; undefined while one of them is not what was read last. */
  public since(expected: readonly Expected[]): number | undefined {
    const times = expected.map(({ key, constraints, value }) => {
      const last = this.last.get(`${key} ${constraints}`);
      return last?.value === value ? last.at : undefined;
    });
    return times.some((time) => time === undefined) ? undefined : Math.max(0, ...times.flatMap((time) => time ?? []));
  }
}
