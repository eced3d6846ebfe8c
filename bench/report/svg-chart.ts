import type { Report } from './report.ts';
import { formatNumber } from './terminal-table.ts';

const WIDTH = 760;
const LABEL_WIDTH = 230;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - 110;
const BAR_HEIGHT = 18;
const LINE = 28;
const TITLE_HEIGHT = 46;

/** A variable each, so that a page in dark mode gets a dark chart. */
const STYLE = `
  svg { --text: #1f2328; --muted: #59636e; --ours: #0969da; --others: #afb8c1; color-scheme: light dark; }
  @media (prefers-color-scheme: dark) {
    svg { --text: #f0f6fc; --muted: #9198a1; --ours: #4493f8; --others: #656c76; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--text); }
  .heading { font-weight: 600; font-size: 14px; }
  .note { fill: var(--muted); font-size: 12px; }
  .ours { fill: var(--ours); }
  .others { fill: var(--others); }`;

interface Bar {
  name: string;
  rowsPerSecond: number;
}

/** Rows a second of every peer as bars, a group for each scenario that has them; empty groups are left out. */
export function svgChart({ scenarios, rows, rounds, machine }: Report): string {
  const groups = ['null-sink', 's3'].flatMap((name) => {
    const scenario = scenarios[name];
    if (scenario === undefined) return [];
    const bars = scenario.measurements.map((measurement) => ({
      name: measurement.name,
      rowsPerSecond: measurement.figures['rowsPerSecond'] ?? 0,
    }));
    return [{ title: scenario.title, bars: bars.sort((a, b) => b.rowsPerSecond - a.rowsPerSecond) }];
  });
  const fastest = Math.max(
    1,
    ...groups.flatMap(({ bars }) => bars.map(({ rowsPerSecond }) => rowsPerSecond)),
  );
  const parts: string[] = [];
  let y = 0;
  for (const { title, bars } of groups) {
    parts.push(`<text class="heading" x="0" y="${y + 28}">${escape(title)}, rows a second</text>`);
    y += TITLE_HEIGHT;
    for (const bar of bars) {
      parts.push(barAt(y, bar, fastest));
      y += LINE;
    }
  }
  const note = `${formatNumber(rows)} rows, median of ${rounds} rounds, ${machine.cpus} cores, PostgreSQL ${machine.postgres}, Node.js ${machine.node}`;
  parts.push(`<text class="note" x="0" y="${y + 22}">${escape(note)}</text>`);
  const height = y + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">How fast rows become a file</title>
<desc id="desc">${escape(describe(groups))}</desc>
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

function barAt(y: number, { name, rowsPerSecond }: Bar, fastest: number): string {
  const width = Math.max(1, Math.round((rowsPerSecond / fastest) * BAR_WIDTH));
  const kind = name.startsWith('rowferry') ? 'ours' : 'others';
  const middle = y + BAR_HEIGHT / 2 + 5;
  return [
    `<text x="${LABEL_WIDTH - 12}" y="${middle}" text-anchor="end">${escape(name)}</text>`,
    `<rect class="${kind}" x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="3"/>`,
    `<text x="${LABEL_WIDTH + width + 8}" y="${middle}">${formatNumber(Math.round(rowsPerSecond))}</text>`,
  ].join('');
}

/** The same for those who cannot see it. */
function describe(groups: readonly { title: string; bars: readonly Bar[] }[]): string {
  return groups
    .map(({ title, bars }) => {
      const list = bars.map(
        ({ name, rowsPerSecond }) => `${name} ${formatNumber(Math.round(rowsPerSecond))}`,
      );
      return `${title}, rows a second: ${list.join('; ')}.`;
    })
    .join(' ');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
