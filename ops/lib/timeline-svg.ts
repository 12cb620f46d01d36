import { coordinate as n, escape } from "./svg";
import { axisStep, type Timeline } from "./timeline";

const ROW = 26;
const BAR = 16;
const TOP = 64;
const WIDTH = 900;
const RIGHT = 90;
/** Width of one letter of the labels, about. */
const LETTER = 7.2;

/** No background: the picture stands on a light page as on a dark one, and takes the darker or lighter text from the reader's choice. */
const STYLE = `
  text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #57606a }
  .title { font-size: 16px; font-weight: 600 }
  .axis { stroke: #8b949e; stroke-opacity: .35 }
  .bar { fill: #8b949e }
  .critical { fill: #d9822b }
  @media (prefers-color-scheme: dark) { text { fill: #adbac7 } }
`;

/**
 * The timeline as a picture: one bar per stage, seconds below the title, the critical path in a colour of its own.
 * @param title heading, any text
 */
export function timelineSvg({ bars, seconds }: Timeline, title: string): string {
  const left = 24 + Math.ceil(LETTER * Math.max(5, ...bars.map(({ stage }) => stage.length)));
  const x = (time: number) => left + (seconds === 0 ? 0 : (time / seconds) * (WIDTH - left - RIGHT));
  const height = TOP + bars.length * ROW + 40;
  const bottom = TOP + bars.length * ROW;
  const step = axisStep(seconds);
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const path = bars.filter(({ critical }) => critical).map(({ stage }) => stage);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="desc">${escape(`${bars.length} stages in ${seconds.toFixed(1)} s; critical path: ${path.join(", ")}`)}</desc>`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="12" y="24">${escape(title)}</text>`,
    ...marks.flatMap((mark) => [
      `<line class="axis" x1="${n(x(mark))}" y1="${TOP - 8}" x2="${n(x(mark))}" y2="${bottom}"/>`,
      `<text x="${n(x(mark))}" y="${TOP - 14}" text-anchor="middle">${mark} s</text>`,
    ]),
    ...bars.flatMap(({ stage, start, end, critical, resources }, index) => {
      const y = TOP + index * ROW;
      const length = Math.max(2, x(end) - x(start));
      return [
        `<text x="12" y="${y + 14}">${escape(stage)}</text>`,
        `<rect class="bar${critical ? " critical" : ""}" x="${n(x(start))}" y="${y + 2}" width="${n(length)}" height="${BAR}" rx="3">` +
          `<title>${escape(`${stage}: ${start.toFixed(1)} s to ${end.toFixed(1)} s, ${resources} resources`)}</title></rect>`,
        `<text x="${n(x(start) + length + 6)}" y="${y + 14}">${(end - start).toFixed(1)} s</text>`,
      ];
    }),
    `<rect class="bar critical" x="12" y="${bottom + 14}" width="14" height="12" rx="3"/><text x="32" y="${bottom + 25}">critical path</text>`,
    `<rect class="bar" x="140" y="${bottom + 14}" width="14" height="12" rx="3"/><text x="160" y="${bottom + 25}">had time to spare</text>`,
    `</svg>`,
    ``,
  ].join("\n");
}
