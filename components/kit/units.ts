/** Kubernetes quantities and durations as numbers. Pure: no Pulumi import. */

const CPU = /^(\d+m|\d+(\.\d{1,3})?)$/;
const BYTES = /^(\d+)(Ki|Mi|Gi|Ti)$/;
const DURATION = /^(\d+)(s|m|h|d)$/;

const BINARY = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86400 } as const;

/** Thousandths of a core from a CPU quantity ("250m", "4", "1.5"); undefined when it is not one. */
export function millicores(quantity: string): number | undefined {
  if (!CPU.test(quantity)) return undefined;
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Math.round(Number(quantity) * 1000);
}

/** Bytes from a binary quantity ("512Mi", "20Gi"); undefined when it is not one. */
export function bytes(quantity: string): number | undefined {
  const [, number, unit] = BYTES.exec(quantity) ?? [];
  return number === undefined ? undefined : Number(number) * BINARY[unit as keyof typeof BINARY];
}

/** Seconds from a duration ("90s", "10m", "72h", "3d"); undefined when it is not one. */
export function seconds(duration: string): number | undefined {
  const [, number, unit] = DURATION.exec(duration) ?? [];
  return number === undefined ? undefined : Number(number) * SECONDS[unit as keyof typeof SECONDS];
}

/** A CPU quantity as people write it: 770 -> "770m", 4000 -> "4". */
export function formatCpu(milli: number): string {
  return milli % 1000 === 0 ? `${milli / 1000}` : `${milli}m`;
}

/** Bytes in the largest binary unit that keeps it whole: 1610612736 -> "1536Mi". */
export function formatBytes(size: number): string {
  for (const unit of ["Ti", "Gi", "Mi"] as const) {
    if (size % BINARY[unit] === 0) return `${size / BINARY[unit]}${unit}`;
  }
  return `${Math.ceil(size / BINARY.Ki)}Ki`;
}
