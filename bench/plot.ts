import type { Row } from './compare.ts';

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [720, 360, 70, 190, 30, 50];
/** Height of a label, in pixels. */
const LABEL = 16;
const COLORS: Readonly<Record<Row['way'], string>> = {
  'this action': '#1a7f37',
  'afternoon script': '#bf8700',
  "guide's script": '#cf222e',
};

/** The time of each way over the number of people, both on logarithmic axes, as a picture in SVG. */
export function plot(shown: readonly Row[], latencyMs: number): string {
  const xs = scale(
    shown.map(({ people }) => people),
    LEFT,
    WIDTH - RIGHT,
  );
  const ys = scale(
    shown.map(({ seconds }) => seconds),
    HEIGHT - BOTTOM,
    TOP,
  );
  const ways = [...Map.groupBy(shown, ({ way }) => way)];
  const labels = spread(ways.map(([, points]) => ys(points.at(-1)?.seconds ?? 1)));
  const lines = ways.map(([way, points], index) => {
    const path = points.map(({ people, seconds }) => `${xs(people)},${ys(seconds)}`).join(' ');
    const lost = points.some((row) => row.lost > 0) ? ', loses people' : '';
    return `<polyline points="${path}" fill="none" stroke="${COLORS[way]}" stroke-width="2.5"/>
${points.map(({ people, seconds }) => `<circle cx="${xs(people)}" cy="${ys(seconds)}" r="3.5" fill="${COLORS[way]}"/>`).join('')}
<text x="${WIDTH - RIGHT + 10}" y="${(labels[index] ?? 0) + 4}" fill="${COLORS[way]}">${way}${lost}</text>`;
  });
  const people = [...new Set(shown.map((row) => row.people))];
  const seconds = decades(shown.map((row) => row.seconds));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<title>Time over the number of people, for each way to add them</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${people.map((n) => `<text x="${xs(n)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#57606a">${n.toLocaleString('en')}</text>`).join('\n')}
${seconds.map((s) => `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${ys(s)}" y2="${ys(s)}" stroke="#eaeef2"/><text x="${LEFT - 8}" y="${ys(s) + 4}" text-anchor="end" fill="#57606a">${s} s</text>`).join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle" fill="#57606a">people, at ${latencyMs} ms per request (both axes logarithmic)</text>
${lines.join('\n')}
</svg>
`;
}

/** Heights of labels that would stand on each other, moved apart downwards. */
function spread(heights: readonly number[]): number[] {
  const placed: number[] = [];
  for (const [index, height] of [...heights.entries()].sort(([, a], [, b]) => a - b)) {
    const lowest = Math.max(...placed.filter((each) => each !== undefined), Number.NEGATIVE_INFINITY);
    placed[index] = Math.max(height, lowest + LABEL);
  }
  return placed;
}

function decades(values: readonly number[]): number[] {
  const [from, to] = [
    Math.ceil(Math.log10(Math.min(...values))),
    Math.floor(Math.log10(Math.max(...values))),
  ];
  return Array.from({ length: to - from + 1 }, (_, index) => Number((10 ** (from + index)).toPrecision(1)));
}

function scale(values: readonly number[], start: number, end: number): (value: number) => number {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  return (value) => Math.round(start + ((Math.log10(value) - low) / (high - low || 1)) * (end - start));
}
