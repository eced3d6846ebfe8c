import { html, nothing, svg } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Export, Problem } from '../export-button/api.ts';
import type { Context } from './context.ts';
import { bytes, count, date, duration, relative, say, sayOr } from './format.ts';
import type { Resource } from './resource.ts';
import { href } from './route.ts';

const paths = {
  queued: 'M10 5.5V10l3 2M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0',
  running: 'M16.5 10A6.5 6.5 0 1 1 10 3.5M10 3.5h4M10 3.5v4',
  completed: 'm4.5 10.5 3.5 3.5 7.5-8',
  failed: 'M10 5v6m0 3v.5',
  cancelled: 'm6 6 8 8m0-8-8 8',
  expired: 'M4 5h12M8 5V3.5h4V5m-6.5 0 .7 11.5h7.6L14.5 5',
  download: 'M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M4 15.5h12',
  link: 'M8.5 11.5 11.5 8.5M9 6.5l1.8-1.8a3.2 3.2 0 0 1 4.5 4.5L13.5 11M11 13.5l-1.8 1.8a3.2 3.2 0 0 1-4.5-4.5L6.5 9',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  empty: 'M3 11.5 5 4.5h10l2 7v4H3v-4h4l1 2h4l1-2h4',
  lock: 'M5.5 9h9v7h-9zM7 9V6.5a3 3 0 0 1 6 0V9',
} as const;
export type IconName = keyof typeof paths;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
    ${svg`<path d=${paths[name]} />`}
  </svg>`;
}

/** A time as people say it; the exact one is its title. */
export function time(iso: string | null): TemplateResult | string {
  if (iso === null) return say('none');
  return html`<time datetime=${iso} title=${date(iso)}>${relative(iso)}</time>`;
}

export function badge(tone: string, text: string): TemplateResult {
  return html`<span class="badge ${tone}">${tone in paths ? icon(tone as IconName) : nothing}${text}</span>`;
}

/** What an export is doing, with its progress while it does. */
export function exportStatus(one: Export): TemplateResult {
  const { status, progress, error, queuePosition } = one;
  const { percent, etaSeconds } = progress;
  return html`<div class="state">
    ${badge(status, say(status))}
    ${
      status === 'running'
        ? html`<progress
              max="100"
              value=${percent ?? nothing}
              aria-label=${say('percent', { n: percent ?? 0 })}
            ></progress>
            <small>${etaSeconds ? say('left', { time: duration(etaSeconds) }) : count(progress.rows)}</small>`
        : nothing
    }
    ${
      status === 'queued' && queuePosition
        ? html`<small>${queuePosition === 1 ? say('next') : say('place', { n: queuePosition })}</small>`
        : nothing
    }
    ${error === null ? nothing : html`<small class="why">${error.message}</small>`}
  </div>`;
}

/** How long a file is there, in words. */
export function expiry({ status, file, finishedAt }: Export): TemplateResult | string {
  const at = file?.expiresAt ?? null;
  if (status === 'completed' && at !== null) {
    const left = duration((Date.parse(at) - Date.now()) / 1000);
    return html`<time datetime=${at} title=${date(at)}>${say('left', { time: left })}</time>`;
  }
  if (status === 'expired') return html`${say('fileGone', { when: relative(at ?? finishedAt ?? '') })}`;
  return say('none');
}

/** Of the files, or of what there is of them by now. */
export function fileSize({ progress }: Export): TemplateResult | string {
  return sizeOf(progress);
}

export function sizeOf({
  bytes: size,
  rows,
}: Pick<Export['progress'], 'bytes' | 'rows'>): TemplateResult | string {
  if (size === 0 && rows === 0) return say('none');
  return html`${bytes(size)} <small class="muted">${say('rows', { n: rows })}</small>`;
}

export function fileName({ file, dataset, format, options }: Export): string {
  return file?.name ?? `${dataset}.${format}${options.compression === 'gzip' ? '.gz' : ''}`;
}

/** One line of a list of facts. */
export function fact(name: string, value: unknown): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** As a person writes them: `since: 2026-01-01, limit: 3`. */
export function parameters(values: Readonly<Record<string, unknown>>): string {
  const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${plain(value)}`)
    .join(', ');
}

/** A page, or a part of one, with nothing in it. */
export function empty(
  title: string,
  help: string,
  { act = nothing, mark = 'empty' }: { act?: unknown; mark?: IconName } = {},
): TemplateResult {
  return html`<div class="empty">
    ${icon(mark)}
    <h2>${title}</h2>
    <p>${help}</p>
    ${act}
  </div>`;
}

/** Why something cannot be shown. */
export function refusal(problem: Problem, retry: () => unknown): TemplateResult {
  const toExports = html`<a class="button" href=${href('exports')}>${say('toExports')}</a>`;
  if (problem.code === 'forbidden')
    return empty(say('forbidden'), say('forbiddenHelp'), { act: toExports, mark: 'lock' });
  if (problem.code === 'not_found')
    return empty(say('notFound'), say('notFoundHelp'), { act: toExports, mark: 'cancelled' });
  const again = html`<button @click=${retry}>${say('retry')}</button>`;
  return empty(say('problem'), sayOr(problem.code, problem.message), { act: again, mark: 'failed' });
}

/** What a resource shows: that it loads, why it cannot be had, or its data. */
export function show<Data>(resource: Resource<Data>, render: (data: Data) => TemplateResult): TemplateResult {
  const { data, problem } = resource;
  if (data === undefined && problem !== undefined) return refusal(problem, () => resource.refresh());
  if (data === undefined) {
    return html`<div class="loading" role="status" aria-label=${say('loading')}>
      <span></span><span></span><span></span><span></span>
    </div>`;
  }
  return html`${resource.away ? html`<p class="banner" role="status">${say('offline')}</p>` : nothing}
  ${render(data)}`;
}

/** Where the pages before the open ones began. */
const before = new Map<string, string>();

/** Leads through the pages of a list; the address says which one is open, so that going back works. */
export function pager(
  context: Context,
  path: string,
  nextCursor: string | null,
): TemplateResult | typeof nothing {
  const query = Object.fromEntries(context.route.query);
  const { after = '' } = query;
  if (nextCursor !== null) before.set(nextCursor, after);
  if (after === '' && nextCursor === null) return nothing;
  const to = (cursor: string) => href(path, { ...query, after: cursor });
  return html`<nav class="pager" aria-label=${say('pages')}>
    ${after === '' ? nothing : html`<a class="button" href=${to(before.get(after) ?? '')}>${say('newer')}</a>`}
    ${nextCursor === null ? nothing : html`<a class="button" href=${to(nextCursor)}>${say('older')}</a>`}
  </nav>`;
}

export interface FilterField {
  name: string;
  label: string;
  /** Values and their names; without them any text. */
  options?: readonly (readonly [value: string, name: string])[];
  type?: 'text' | 'date';
}

/** Narrows a list down: what is chosen is in the address. */
export function filters(context: Context, path: string, fields: readonly FilterField[]): TemplateResult {
  const { query } = context.route;
  const isSet = fields.some(({ name }) => query.has(name));
  const change = (event: Event) => {
    event.preventDefault();
    const form = (event.currentTarget as HTMLElement).closest('form') ?? undefined;
    const chosen = Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']),
    );
    context.go(href(path, chosen));
  };
  return html`<form
    class="filters"
    role="search"
    aria-label=${say('filters')}
    @submit=${change}
    @change=${change}
  >
    ${fields.map(
      ({ name, label, options, type = 'text' }) =>
        html`<label
          ><span>${label}</span> ${
            options === undefined
              ? html`<input name=${name} type=${type} .value=${query.get(name) ?? ''} autocomplete="off" />`
              : html`<select name=${name}>
                  <option value="" .selected=${!query.has(name)}>${say('any')}</option>
                  ${options.map(
                    ([value, text]) =>
                      html`<option value=${value} .selected=${query.get(name) === value}>${text}</option>`,
                  )}
                </select>`
          }</label
        >`,
    )}
    ${isSet ? html`<a class="button quiet" href=${href(path)}>${say('clear')}</a>` : nothing}
  </form>`;
}
