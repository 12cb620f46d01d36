import { plotSvg, type Plot } from "../../ops/lib/plot-svg";
import { linearTicks, logTicks } from "../../ops/lib/ticks";

const plot = (changes: Partial<Plot>): string =>
  plotSvg({
    title: "Rate",
    description: "A rate over a number.",
    x: { title: "number" },
    y: { title: "rate" },
    series: [
      {
        name: "measured",
        points: [
          { x: 0, y: 0 },
          { x: 10, y: 100 },
        ],
      },
    ],
    ...changes,
  });

const lines = (svg: string) =>
  [...svg.matchAll(/<polyline class="line([^"]*)" stroke="(#\w+)"([^>]*) points="([^"]*)"/g)].map(
    ([, strong, colour, dash, points = ""]) => ({
      strong: strong === " strong",
      colour,
      dash,
      points: points.split(" ").map((pair) => pair.split(",").map(Number)),
    }),
  );

describe("ticks", () => {
  it("of a linear axis are round, at most eleven steps, and enclose the data", () => {
    expect(linearTicks(0, 100)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(linearTicks(0.3, 0.9)).toEqual([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(linearTicks(3, 17)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(linearTicks(5, 5)).toEqual([5, 5.5]);
  });

  it("of a log axis are 1, 2 and 5, or powers of ten over many decades", () => {
    expect(logTicks(3, 400)).toEqual([2, 5, 10, 20, 50, 100, 200, 500]);
    expect(logTicks(1, 100_000)).toEqual([1, 10, 100, 1000, 10_000, 100_000]);
    expect(logTicks(7, 7)).toEqual([5, 10]);
    expect(logTicks(10, 10)).toEqual([10, 20]);
  });
});

describe("a plot of lines", () => {
  it("puts values in proportion on a linear axis, upwards", () => {
    const svg = plot({
      series: [
        {
          name: "a",
          points: [
            { x: 0, y: 0 },
            { x: 5, y: 50 },
            { x: 10, y: 100 },
          ],
        },
      ],
    });
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = lines(svg)[0]?.points ?? [];
    expect(x1).toBeCloseTo((x0 + x2) / 2, 1);
    expect(y1).toBeCloseTo((y0 + y2) / 2, 1);
    expect(y2).toBeLessThan(y0);
  });

  it("puts equal ratios at equal distances on a log axis", () => {
    const points = [1, 10, 100].map((y, x) => ({ x, y }));
    const [line] = lines(plot({ y: { title: "rate", scale: "log" }, series: [{ name: "a", points }] }));
    const [y0 = 0, y1 = 0, y2 = 0] = line?.points.map(([, y]) => y) ?? [];
    expect(y0 - y1).toBeCloseTo(y1 - y2, 1);
    expect(y0 - y1).toBeGreaterThan(50);
  });

  it("leaves a gap where a value cannot be drawn", () => {
    const points = [1, 2, 0, 4, 5, Infinity, 7].map((y, x) => ({ x, y }));
    const drawn = lines(plot({ y: { title: "rate", scale: "log" }, series: [{ name: "a", points }] }));
    expect(drawn.map((line) => line.points.length)).toEqual([2, 2]);
  });

  it("keeps to the ends of an axis that are given", () => {
    const svg = plot({ y: { title: "rate", from: 0, to: 50 } });
    expect(svg).toContain(">50</text>");
    expect(svg).not.toContain(">100</text>");
  });

  it("colours the pieces of a strong line like the series they stand for, over all others, and leaves it out of the legend", () => {
    const [a, b] = ["a", "b"].map((name, index) => ({ name, points: [0, 1, 2].map((x) => ({ x, y: index + x })) }));
    if (a === undefined || b === undefined) throw new Error("two series");
    const hull = { name: "least", strong: true, points: ["a", "a", "b", "b"].map((like, x) => ({ x, y: x, like })) };
    const svg = plot({ series: [hull, a, b] });
    const drawn = lines(svg);
    const colours = drawn.filter(({ strong }) => !strong).map(({ colour }) => colour);
    expect(new Set(colours).size).toBe(2);
    expect(drawn.filter(({ strong }) => strong).map(({ colour, points }) => [colour, points.length])).toEqual([
      [colours[0], 3],
      [colours[1], 2],
    ]);
    expect(drawn.map(({ strong }) => strong)).toEqual([false, false, true, true]);
    expect([...svg.matchAll(/<text x="[\d.]+" y="\d+">(\w+)<\/text>/g)].map(([, name]) => name)).toEqual(["a", "b"]);
  });

  it("draws intervals as bars or as a band, and makes room for them", () => {
    const points = [
      { x: 0, y: 10, low: 5, high: 20 },
      { x: 1, y: 10, low: 8, high: 40 },
    ];
    const bars = plot({ series: [{ name: "a", shape: "markers", points }] });
    expect(bars.match(/<path class="line" stroke="#\w+" d="M[\d. ]+V/g)).toHaveLength(2);
    expect(bars.match(/<circle /g)).toHaveLength(3);
    expect(bars).toContain(">40</text>");
    expect(lines(bars)).toEqual([]);
    const band = plot({ series: [{ name: "a", interval: "band", points }] });
    expect(band.match(/<polygon class="band" fill="#\w+" points="(?:[\d.]+,[\d.]+ ?){4}"/g)).toHaveLength(1);
    expect(band).not.toMatch(/<path class="line" stroke="#\w+" d="M[\d. ]+V/);
  });

  it("tells more series apart than there are colours", () => {
    const points = [0, 1].map((x) => ({ x, y: x }));
    const drawn = lines(plot({ series: Array.from({ length: 20 }, (_, index) => ({ name: `s${index}`, points })) }));
    expect(new Set(drawn.map(({ colour, dash }) => `${colour}${dash}`)).size).toBe(20);
  });

  it("draws an empty plot without a number that is none", () => {
    const svg = plot({ y: { title: "rate", scale: "log" }, series: [{ name: "a", points: [{ x: 1, y: 0 }] }] });
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it("escapes what is not its own, and stands on any background", () => {
    const svg = plot({ title: 'a "b" & <c>', description: "<d>", series: [{ name: "<e>", points: [] }] });
    expect(svg).toContain("<title>a &#34;b&#34; &#38; &#60;c&#62;</title>");
    expect(svg).not.toMatch(/<[cde]>/);
    expect(svg).toContain("prefers-color-scheme: dark");
  });
});
