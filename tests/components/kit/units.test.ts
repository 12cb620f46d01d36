import fc from "fast-check";
import { bytes, formatBytes, formatCpu, millicores, seconds } from "../../../components/kit/units";

test.each([
  ["250m", 250],
  ["4", 4000],
  ["1.5", 1500],
  ["0.001", 1],
  ["4 CPU", undefined],
  ["1.2345", undefined],
  ["-1", undefined],
  ["", undefined],
])("CPU %j is %p thousandths", (quantity, expected) => {
  expect(millicores(quantity)).toBe(expected);
});

test.each([
  ["1Ki", 1024],
  ["512Mi", 512 * 2 ** 20],
  ["20Gi", 20 * 2 ** 30],
  ["1Ti", 2 ** 40],
  ["512MB", undefined],
  ["512M", undefined],
  ["1.5Gi", undefined],
  ["1024", undefined],
])("%j is %p bytes", (quantity, expected) => {
  expect(bytes(quantity)).toBe(expected);
});

test.each([
  ["90s", 90],
  ["10m", 600],
  ["72h", 259200],
  ["3d", 259200],
  ["1w", undefined],
  ["1h30m", undefined],
  ["90", undefined],
])("%j is %p seconds", (duration, expected) => {
  expect(seconds(duration)).toBe(expected);
});

test("what is formatted reads back as the same CPU", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), (milli) => expect(millicores(formatCpu(milli))).toBe(milli)));
});

test("what is formatted reads back as the same size, and never as less", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (size) => {
      const read = bytes(formatBytes(size)) ?? 0;
      expect(read - size).toBeGreaterThanOrEqual(0);
      expect(read - size).toBeLessThan(1024);
    }),
  );
});

test.each([
  [770, "770m"],
  [4000, "4"],
])("%d thousandths are written as %s", (milli, text) => {
  expect(formatCpu(milli)).toBe(text);
});

test.each([
  [1610612736, "1536Mi"],
  [2 ** 40, "1Ti"],
  [1, "1Ki"],
])("%d bytes are written as %s", (size, text) => {
  expect(formatBytes(size)).toBe(text);
});
