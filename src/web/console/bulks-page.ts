import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { BULK_PATH, bulkEnded, bulkSize, bulkStatus, sourceOf } from './bulk-parts.ts';
import type { Bulk } from './bulk-parts.ts';
import type { Context, Page } from './context.ts';
import { say } from './format.ts';
import { empty, filters, pager, show, time } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

interface BulkPageData {
  bulkExports: Bulk[];
  nextCursor: string | null;
}

const BUSY_MS = 2000;
const QUIET_MS = 5000;
const statuses = [
  'preparing',
  'running',
  'cancelling',
  'completed',
  'completed_with_failures',
  'failed',
  'cancelled',
] as const satisfies readonly Bulk['status'][];

/** The bulk exports of a tenant, newest first. */
export function bulksPage(context: Context): Page {
  const { api, route } = context;
  const list = new Resource<BulkPageData>(context, {
    load: (signal) => {
      const query = new URLSearchParams({ limit: '50' });
      const [status, after] = ['status', 'after'].map((name) => route.query.get(name));
      if (status) query.set('status', status);
      if (after) query.set('cursor', after);
      return api.call(`bulk-exports?${query.toString()}`, { signal });
    },
    everyMs: ({ bulkExports }) => (bulkExports.every(bulkEnded) ? QUIET_MS : BUSY_MS),
  });

  const row = (one: Bulk): TemplateResult =>
    html`<tr>
      <td data-label=${say('dataset')}>
        <a class="name" href=${href(`${BULK_PATH}/${one.id}`)}>${one.dataset}.${one.format}</a>
        <small class="muted">${sourceOf(one)}</small>
      </td>
      <td data-label=${say('status')}>${bulkStatus(one)}</td>
      <td data-label=${say('subjects')} class=${one.counts.total === 0 ? 'none' : ''}>
        ${
          one.counts.total === 0
            ? say('none')
            : say('subjectsDone', { done: one.counts.completed, total: one.counts.total })
        }
        ${
          one.counts.failed === 0
            ? nothing
            : html`<small class="why">${say('subjectsFailed', { n: one.counts.failed })}</small>`
        }
      </td>
      <td data-label=${say('size')} class=${one.progress.rows === 0 ? 'none' : ''}>${bulkSize(one)}</td>
      <td data-label=${say('asked')}>
        ${time(one.createdAt)} <small class="muted">${one.requestedBy}</small>
      </td>
    </tr>`;

  const table = ({ bulkExports, nextCursor }: BulkPageData): TemplateResult => {
    if (bulkExports.length === 0) return nothingThere();
    return html`<table class="cards">
        <caption class="hidden">
          ${say('bulksList')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${say('dataset')}</th>
            <th scope="col">${say('status')}</th>
            <th scope="col">${say('subjects')}</th>
            <th scope="col">${say('size')}</th>
            <th scope="col">${say('asked')}</th>
          </tr>
        </thead>
        <tbody>
          ${bulkExports.map(row)}
        </tbody>
      </table>
      ${pager(context, BULK_PATH, nextCursor)}`;
  };

  const nothingThere = (): TemplateResult => {
    if (!route.query.has('status')) return empty(say('bulksEmpty'), say('bulksEmptyHelp'));
    const clear = html`<a class="button" href=${href(BULK_PATH)}>${say('clear')}</a>`;
    return empty(say('exportsNoMatch'), say('exportsNoMatchHelp'), { act: clear });
  };

  return {
    title: say('bulks'),
    render: () =>
      html`<div class="headline">
          <p class="lead">${say('bulksLead')}</p>
          <a class="button primary" href=${href(`${BULK_PATH}/new`)}>${say('bulkNew')}</a>
        </div>
        ${filters(context, BULK_PATH, [
          {
            name: 'status',
            label: say('status'),
            options: statuses.map((one) => [one, say(`bulk_${one}`)] as const),
          },
        ])}
        ${show(list, table)}`,
  };
}
