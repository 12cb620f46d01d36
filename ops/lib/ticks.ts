/** Multiples of the smallest round step that needs at most ten, around both ends. */
export function linearTicks(from: number, to: number): number[] {
  const length = to - from || Math.abs(to) || 1;
  const power = 10 ** Math.floor(Math.log10(length / 10));
  const step = [1, 2, 5, 10].map((round) => round * power).find((each) => length / each <= 10.000001) ?? length;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** 1, 2 and 5 of each decade around both ends; over more than three decades the powers of ten alone. */
export function logTicks(from: number, to: number): number[] {
  const rounds = to / from > 1000 ? [1] : [1, 2, 5];
  const [low, high] = [Math.floor(Math.log10(from)) - 1, Math.ceil(Math.log10(to)) + 1];
  const all = Array.from({ length: high - low + 1 }, (_, index) => low + index).flatMap((power) =>
    rounds.map((round) => Number((round * 10 ** power).toPrecision(12))),
  );
  const first = all.findLastIndex((tick) => tick <= from);
  const last = Math.max(
    first + 1,
    all.findIndex((tick) => tick >= to),
  );
  return all.slice(first, last + 1);
}
