import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Dataset, Export } from '../export-button/api.ts';
import { hasEnded, watch } from '../export-button/watch.ts';
import { exportActs } from './acts.ts';
import type { Context, Page } from './context.ts';
import { say } from './format.ts';
import {
  empty,
  expiry,
  exportStatus,
  fileName,
  fileSize,
  filters,
  icon,
  pager,
  show,
  time,
} from './parts.ts';
import type { FilterField } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

interface ExportPageData {
  exports: Export[];
  nextCursor: string | null;
}

const PAGE_SIZE = 50;
/** What is under way is looked at so often, and the rest so that what others have asked for turns up. */
const BUSY_MS = 2000;
const QUIET_MS = 5000;
/** A browser keeps six connections to a server, of all its tabs together; the newest exports get them. */
const STREAMS = 1;
const statuses = ['queued', 'running', 'completed', 'failed', 'cancelled', 'expired'] as const;

/** A list of exports, newest first: everybody's own, or for admins those of all. */
export function exportsPage(context: Context, { all }: { all: boolean }): Page {
  const { api, route, signal, update } = context;
  const path = all ? 'admin/exports' : 'exports';
  const watched = new Set<string>();
  const list = new Resource<ExportPageData>(context, {
    load: async (aborted) => {
      const found = await api.call<ExportPageData>(`${path}?${queryOf(context, all)}`, { signal: aborted });
      follow(found.exports);
      return found;
    },
    everyMs: ({ exports }) => (exports.every(hasEnded) ? QUIET_MS : BUSY_MS),
  });
  const datasets = new Resource(context, {
    load: (aborted) => api.call<{ datasets: Dataset[] }>('datasets', { signal: aborted }),
  });
  const acts = exportActs(context, () => list.refresh());

  function follow(exports: readonly Export[]): void {
    for (const one of exports) {
      if (watched.size >= STREAMS) return;
      if (hasEnded(one) || watched.has(one.id)) continue;
      watched.add(one.id);
      void watch(one, { api, signal, onExport: put, onAway: () => undefined })
        .catch(() => undefined)
        .finally(() => {
          watched.delete(one.id);
          if (!signal.aborted) void list.refresh();
        });
    }
  }

  function put(state: Export): void {
    const place = list.data?.exports.findIndex(({ id }) => id === state.id) ?? -1;
    if (place < 0) return;
    list.data?.exports.splice(place, 1, state);
    update();
  }

  function fields(): FilterField[] {
    const names = datasets.data?.datasets.map(({ name, title }) => [name, title] as const) ?? [];
    const chosen = route.query.get('dataset');
    if (chosen !== null && !names.some(([name]) => name === chosen)) names.push([chosen, chosen]);
    const own: FilterField[] = [
      { name: 'status', label: say('status'), options: statuses.map((one) => [one, say(one)] as const) },
      { name: 'dataset', label: say('dataset'), options: names },
    ];
    if (!all) return own;
    return [
      ...own,
      { name: 'subject', label: say('subject') },
      { name: 'error', label: say('reason') },
      { name: 'from', label: say('from'), type: 'date' },
      { name: 'to', label: say('to'), type: 'date' },
    ];
  }

  const row = (one: Export): TemplateResult =>
    html`<tr>
      <td data-label=${say('file')}>
        <a class="name" href=${href(`exports/${one.id}`)}>${fileName(one)}</a>
      </td>
      ${all ? html`<td data-label=${say('by')}>${one.subject}</td>` : nothing}
      <td data-label=${say('status')}>${exportStatus(one)}</td>
      <td data-label=${say('size')} class=${one.progress.rows === 0 ? 'none' : ''}>${fileSize(one)}</td>
      <td data-label=${say('asked')}>${time(one.createdAt)}</td>
      <td data-label=${say('kept')} class=${one.file === null ? 'none' : ''}>${expiry(one)}</td>
      <td class="acts">
        ${
          one.status === 'completed'
            ? html`<button
                class="small"
                aria-label="${say('download')}: ${fileName(one)}"
                @click=${() => acts.download(one)}
              >
                ${icon('download')}${say('download')}
              </button>`
            : nothing
        }
        ${
          one.status === 'failed'
            ? html`<button
                class="small"
                aria-label="${say('rerun')}: ${fileName(one)}"
                @click=${() => acts.rerun(one)}
              >
                ${say('rerun')}
              </button>`
            : nothing
        }
        ${
          hasEnded(one)
            ? nothing
            : html`<button
                class="small"
                aria-label="${say('cancel')}: ${fileName(one)}"
                @click=${() => acts.cancel(one)}
              >
                ${say('cancel')}
              </button>`
        }
      </td>
    </tr>`;

  const table = ({ exports, nextCursor }: ExportPageData): TemplateResult => {
    if (exports.length === 0) return nothingThere();
    return html`<table class="cards">
        <caption class="hidden">
          ${say('listOf')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${say('file')}</th>
            ${all ? html`<th scope="col">${say('by')}</th>` : nothing}
            <th scope="col">${say('status')}</th>
            <th scope="col">${say('size')}</th>
            <th scope="col">${say('asked')}</th>
            <th scope="col">${say('kept')}</th>
            <th scope="col"><span class="hidden">${say('actions')}</span></th>
          </tr>
        </thead>
        <tbody>
          ${exports.map(row)}
        </tbody>
      </table>
      ${pager(context, path, nextCursor)}`;
  };

  const nothingThere = (): TemplateResult => {
    const filtered = [...route.query.keys()].length > 0;
    if (filtered) {
      const clear = html`<a class="button" href=${href(path)}>${say('clear')}</a>`;
      return empty(say('exportsNoMatch'), say('exportsNoMatchHelp'), { act: clear });
    }
    if (all) return empty(say('exportsEmpty'), say('allEmptyHelp'));
    const ask = html`<a class="button primary" href=${href('new')}>${say('request')}</a>`;
    return empty(say('exportsEmpty'), say('exportsEmptyHelp'), { act: ask });
  };

  return {
    title: say(all ? 'all' : 'mine'),
    render: () => html`${filters(context, path, fields())}${show(list, table)}`,
  };
}

/** @param day `YYYY-MM-DD` */
function dayAfter(day: string): string {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

function queryOf({ route: { query } }: Context, all: boolean): string {
  const names = ['status', 'dataset', 'scheduleId', ...(all ? ['subject', 'error'] : [])];
  const asked = new URLSearchParams({ limit: String(PAGE_SIZE) });
  for (const name of names) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const [from, to, after] = ['from', 'to', 'after'].map((name) => query.get(name));
  if (all && from) asked.set('from', `${from}T00:00:00Z`);
  if (all && to) asked.set('to', `${dayAfter(to)}T00:00:00Z`);
  if (after) asked.set('cursor', after);
  return asked.toString();
}
