import { coordinate as n, escape } from "./svg";
import { linearTicks, logTicks } from "./ticks";

/** One value of a series. */
export interface Point {
  readonly x: number;
  /** On a log scale above zero. A point that cannot be drawn is a gap in the line. */
  readonly y: number;
  /** Ends of an interval around y, both or none. */
  readonly low?: number;
  readonly high?: number;
  /** Name of the series whose colour the marker, and the line from here to the next point, takes; unset: the series' own. */
  readonly like?: string;
}

export interface Series {
  /** Text of the legend; unique in the plot. */
  readonly name: string;
  /** In the order in which the line runs. */
  readonly points: readonly Point[];
  /** Default line. */
  readonly shape?: "line" | "markers" | "both";
  /** How intervals are shown; default bars. */
  readonly interval?: "bars" | "band";
  /** A thick line, drawn over all others, without an entry of its own in the legend if every point is `like` another. */
  readonly strong?: boolean;
}

export interface Axis {
  readonly title: string;
  /** Default linear. */
  readonly scale?: "linear" | "log";
  /** Ends of the axis; default: those of the data, made round. */
  readonly from?: number;
  readonly to?: number;
}

export interface Plot {
  readonly title: string;
  /** What is to be seen, in a sentence, for those who cannot see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const WIDTH = 900;
const LEFT = 76;
const RIGHT = 24;
const TOP = 48;
const INNER = 380;
const LEGEND_ROW = 22;
const LEGEND_COLUMNS = 2;

/** Told apart on white and on black, and by most who see few colours; from the second round on the dashes tell. */
const COLOURS = ["#d9822b", "#2f81f7", "#3a9d5d", "#8a63d2", "#e5534b", "#1b9aaa", "#b0559b", "#8f8423"];
const DASHES = ["", "7 4", "2 4", "10 4 2 4"];

/** No background, so it stands on a light page as on a dark one; in one class, so that several stand in one page. */
const STYLE = `
  .plot text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #57606a }
  .plot .title { font-size: 16px; font-weight: 600 }
  .plot .grid { stroke: #8b949e; stroke-opacity: .25 }
  .plot .line { fill: none; stroke-width: 1.6; stroke-linejoin: round }
  .plot .strong { stroke-width: 5; stroke-linecap: round; stroke-dasharray: none }
  .plot .band { stroke: none; fill-opacity: .16 }
  @media (prefers-color-scheme: dark) { .plot text { fill: #adbac7 } }
`;

/** Lines, markers and intervals on two axes, with a legend below, as a picture of 900 units width. */
export function plotSvg({ title, description, x, y, series }: Plot): string {
  const points = series.flatMap((each) => each.points);
  const across = scale(
    x,
    points.map((point) => point.x),
    LEFT,
    WIDTH - RIGHT,
  );
  const up = scale(
    y,
    points.flatMap(({ y: value, low = value, high = value }) => [value, low, high]),
    TOP + INNER,
    TOP,
  );
  const looks = new Map(series.map(({ name }, index) => [name, look(index)]));
  const draw = (each: Series) => seriesSvg(each, across.at, up.at, (name) => looks.get(name) ?? look(0));
  const named = series.filter((each) => !(each.strong === true && each.points.every(({ like }) => like !== undefined)));
  const bottom = TOP + INNER;
  const legendTop = bottom + 58;
  const height = legendTop + Math.ceil(named.length / LEGEND_COLUMNS) * LEGEND_ROW + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" class="plot" role="img">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    `<style>${STYLE}</style>`,
    `<clipPath id="inner"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${INNER}"/></clipPath>`,
    `<text class="title" x="12" y="24">${escape(title)}</text>`,
    ...across.ticks.flatMap((tick) => [
      `<line class="grid" x1="${n(across.at(tick))}" y1="${TOP}" x2="${n(across.at(tick))}" y2="${bottom}"/>`,
      `<text x="${n(across.at(tick))}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`,
    ]),
    ...up.ticks.flatMap((tick) => [
      `<line class="grid" x1="${LEFT}" y1="${n(up.at(tick))}" x2="${WIDTH - RIGHT}" y2="${n(up.at(tick))}"/>`,
      `<text x="${LEFT - 8}" y="${n(up.at(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
    ]),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 38}" text-anchor="middle">${escape(x.title)}</text>`,
    `<text transform="translate(16 ${TOP + INNER / 2}) rotate(-90)" text-anchor="middle">${escape(y.title)}</text>`,
    `<g clip-path="url(#inner)">`,
    ...series.filter(({ strong }) => strong !== true).flatMap(draw),
    ...series.filter(({ strong }) => strong === true).flatMap(draw),
    `</g>`,
    ...named.flatMap((each, index) => legendSvg(each, looks.get(each.name) ?? look(0), index, legendTop)),
    `</svg>`,
    ``,
  ].join("\n");
}

interface Look {
  readonly colour: string;
  readonly dash: string;
}

function look(index: number): Look {
  return {
    colour: COLOURS[index % COLOURS.length] ?? "",
    dash: DASHES[Math.floor(index / COLOURS.length) % DASHES.length] ?? "",
  };
}

function seriesSvg(series: Series, x: Place, y: Place, lookOf: (name: string) => Look): string[] {
  const { name, points, shape = "line", interval = "bars", strong = false } = series;
  const dash = lookOf(name).dash === "" || strong ? "" : ` stroke-dasharray="${lookOf(name).dash}"`;
  const at = (point: Point) => `${n(x(point.x))},${n(y(point.y))}`;
  const colourOf = ({ like = name }: Point) => lookOf(like).colour;
  const lines = shape === "markers" ? [] : runs(points, x, y, colourOf);
  const markers = shape === "line" ? [] : points.filter((point) => drawable(point, x, y));
  return [
    `<g><title>${escape(name)}</title>`,
    ...(interval === "band" ? bandSvg(points, x, y, lookOf(name).colour) : barsSvg(points, x, y, colourOf)),
    ...lines.map(
      (run) =>
        `<polyline class="line${strong ? " strong" : ""}" stroke="${run.colour}"${dash} points="${run.points.map((point) => at(point)).join(" ")}"/>`,
    ),
    ...markers.map((point) => `<circle cx="${n(x(point.x))}" cy="${n(y(point.y))}" r="4" fill="${colourOf(point)}"/>`),
    `</g>`,
  ];
}

/** The line in pieces of one colour, without the points that cannot be drawn. */
function runs(points: readonly Point[], x: Place, y: Place, colourOf: (point: Point) => string): { colour: string; points: Point[] }[] {
  const found: { colour: string; points: Point[] }[] = [];
  points.slice(1).forEach((to, index) => {
    const from = points[index];
    if (from === undefined || !drawable(from, x, y) || !drawable(to, x, y)) return;
    const last = found.at(-1);
    if (last?.points.at(-1) === from && last.colour === colourOf(from)) last.points.push(to);
    else found.push({ colour: colourOf(from), points: [from, to] });
  });
  return found;
}

type Interval = Point & { readonly low: number; readonly high: number };

function intervals(points: readonly Point[], x: Place, y: Place): Interval[] {
  return points.filter(
    (point): point is Interval =>
      point.low !== undefined && point.high !== undefined && [x(point.x), y(point.low), y(point.high)].every(Number.isFinite),
  );
}

function bandSvg(points: readonly Point[], x: Place, y: Place, colour: string): string[] {
  const found = intervals(points, x, y);
  const corner = (point: Interval, value: number) => `${n(x(point.x))},${n(y(value))}`;
  const outline = [...found.map((point) => corner(point, point.high)), ...found.map((point) => corner(point, point.low)).reverse()];
  return found.length < 2 ? [] : [`<polygon class="band" fill="${colour}" points="${outline.join(" ")}"/>`];
}

function barsSvg(points: readonly Point[], x: Place, y: Place, colourOf: (point: Point) => string): string[] {
  return intervals(points, x, y).map((point) => {
    const [middle, low, high] = [x(point.x), y(point.low), y(point.high)];
    const cap = (value: number) => `M${n(middle - 4)} ${n(value)}H${n(middle + 4)}`;
    return `<path class="line" stroke="${colourOf(point)}" d="M${n(middle)} ${n(low)}V${n(high)}${cap(low)}${cap(high)}"/>`;
  });
}

function legendSvg({ name, shape = "line" }: Series, { colour, dash }: Look, index: number, top: number): string[] {
  const x = LEFT + (index % LEGEND_COLUMNS) * ((WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS);
  const y = top + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW;
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return [
    ...(shape === "markers" ? [] : [`<path class="line" stroke="${colour}" stroke-width="3"${dashes} d="M${n(x)} ${y}h28"/>`]),
    ...(shape === "line" ? [] : [`<circle cx="${n(x + 14)}" cy="${y}" r="4" fill="${colour}"/>`]),
    `<text x="${n(x + 36)}" y="${y + 4}">${escape(name)}</text>`,
  ];
}

/** Where a value stands on the picture; not finite for one that has no place. */
type Place = (value: number) => number;

function drawable(point: Point, x: Place, y: Place): boolean {
  return Number.isFinite(x(point.x)) && Number.isFinite(y(point.y));
}

/** From the values of an axis to the picture, with round ticks. Data without a value that can be drawn gets an axis of 1 to 10. */
function scale(axis: Axis, data: readonly number[], start: number, end: number): { at: Place; ticks: number[] } {
  const log = axis.scale === "log";
  const values = data.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [least, most] = values.length === 0 ? [1, 10] : [Math.min(...values), Math.max(...values)];
  const ticks = log ? logTicks(axis.from ?? least, axis.to ?? most) : linearTicks(axis.from ?? least, axis.to ?? most);
  const from = axis.from ?? ticks[0] ?? least;
  const to = axis.to ?? ticks.at(-1) ?? most;
  const measure = (value: number) => (log ? (value > 0 ? Math.log(value) : NaN) : value);
  const span = measure(to) - measure(from);
  return {
    at: (value) => start + ((measure(value) - measure(from)) / span) * (end - start),
    ticks: ticks.filter((tick) => tick >= from && tick <= to),
  };
}

function tickText(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 6 });
}
