import { html, svg } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import { bytes, count, hour, say, shortCount } from './format.ts';

export type Throughput = components['schemas']['Throughput'];

const WIDTH = 720;
const HEIGHT = 180;
const FLOOR = 158;
const TOP = 14;
const LEFT = 44;
const BAR_GAP = 4;
/** An hour in which something was done can be seen to have had it. */
const MIN_BAR = 2;

/** Rows of each hour as bars; the table below says the same. */
export function throughputChart(hours: readonly Throughput[]): TemplateResult {
  const most = niceCeiling(Math.max(1, ...hours.map(({ rows }) => rows)));
  const step = (WIDTH - LEFT) / hours.length;
  const height = (rows: number) => (rows === 0 ? 0 : Math.max(MIN_BAR, (rows / most) * (FLOOR - TOP)));
  const peak = hours.reduce((best, one) => (one.rows > best.rows ? one : best), hours[0] ?? nothingDone);
  const total = hours.reduce((sum, { rows }) => sum + rows, 0);
  const summary = say('chartSummary', { total, most: peak.rows, at: hour(peak.hour), hour: hour(peak.hour) });
  return html`<figure class="chart">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${summary}>
      ${[0, 0.5, 1].map((share) => {
        const y = FLOOR - share * (FLOOR - TOP);
        return svg`<line x1=${LEFT} x2=${WIDTH} y1=${y} y2=${y} /><text x=${LEFT - 8} y=${y + 4} text-anchor="end">${shortCount(share * most)}</text>`;
      })}
      ${hours.map(
        (one, place) =>
          svg`<rect x=${LEFT + place * step + BAR_GAP / 2} y=${FLOOR - height(one.rows)} width=${step - BAR_GAP}
            height=${height(one.rows)} rx="2"><title>${hour(one.hour)}: ${say('rows', { n: one.rows })}</title></rect>`,
      )}
      ${hours.map((one, place) =>
        place % 6 === 2
          ? svg`<text x=${LEFT + (place + 0.5) * step} y=${HEIGHT - 4} text-anchor="middle">${hour(one.hour)}</text>`
          : svg``,
      )}
    </svg>
    <details>
      <summary>${say('throughputTable')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${say('hour')}</th>
            <th scope="col">${say('requestedCount')}</th>
            <th scope="col">${say('rowsDone')}</th>
            <th scope="col">${say('bytesDone')}</th>
          </tr>
        </thead>
        <tbody>
          ${[...hours].reverse().map(
            (one) =>
              html`<tr>
                <th scope="row">${hour(one.hour)}</th>
                <td>${count(one.requested)}</td>
                <td>${count(one.rows)}</td>
                <td>${bytes(one.bytes)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`;
}

const nothingDone: Throughput = { hour: new Date(0).toISOString(), requested: 0, rows: 0, bytes: 0 };

/** The next of 1, 2, 5 and their tenfolds. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}
