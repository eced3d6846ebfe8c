import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components, operations } from '../../client/schema.ts';
import type { Context, Page } from './context.ts';
import { date, say } from './format.ts';
import { empty, filters, pager, show } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

type AuditEntry = components['schemas']['AuditEntry'];
type Act = NonNullable<NonNullable<operations['listAuditEntries']['parameters']['query']>['act']>;

const PATH = 'admin/audit';
/** By which it can be narrowed down; a new act of the API belongs here too. */
const acts: Readonly<Record<Act, true>> = {
  'export.requested': true,
  'export.previewed': true,
  'export.downloaded': true,
  'export.cancelled': true,
  'export.deleted': true,
  'export.retried': true,
  'export.expired': true,
  'import.requested': true,
  'bulk.requested': true,
  'bulk.cancelled': true,
  'bulk.retried': true,
  'bulk.deleted': true,
  'bulk.manifest_downloaded': true,
  'notification.added': true,
  'notification.redelivered': true,
  'webhook.created': true,
  'webhook.deleted': true,
  'webhook.secret_rotated': true,
  'webhook.enabled': true,
  'schedule.created': true,
  'schedule.changed': true,
  'schedule.paused': true,
  'schedule.resumed': true,
  'schedule.deleted': true,
  'session.begun': true,
  'session.ended': true,
  'key.created': true,
  'key.revoked': true,
  'access.forbidden': true,
  'access.key_refused': true,
  'access.address_refused': true,
};

/** Who did what, newest first. */
export function auditPage(context: Context): Page {
  const { api, route } = context;
  const list = new Resource(context, {
    load: (signal) => {
      const query = new URLSearchParams({ limit: '50' });
      for (const name of ['act', 'actor', 'object']) {
        const value = route.query.get(name);
        if (value) query.set(name, value);
      }
      const after = route.query.get('after');
      if (after) query.set('cursor', after);
      return api.call<{ entries: AuditEntry[]; nextCursor: string | null }>(
        `admin/audit?${query.toString()}`,
        {
          signal,
        },
      );
    },
  });

  const objectOf = ({ object }: AuditEntry): TemplateResult | string => {
    if (object === null) return say('none');
    const text = `${object.kind} ${object.id.slice(0, 8)}`;
    const path = { export: 'exports', 'bulk-export': 'admin/bulk' }[object.kind];
    return path === undefined ? text : html`<a href=${href(`${path}/${object.id}`)}>${text}</a>`;
  };
  const row = (one: AuditEntry): TemplateResult =>
    html`<tr>
      <td data-label=${say('when')}><time datetime=${one.at}>${date(one.at)}</time></td>
      <td data-label=${say('who')}>
        ${one.actor.subject ?? say('none')} <small class="muted">${one.actor.role ?? one.actor.kind}</small>
        ${one.actor.actedAs === null ? nothing : html`<small>${say('forSubject', { subject: one.actor.actedAs })}</small>`}
      </td>
      <td data-label=${say('act')}><code>${one.act}</code></td>
      <td data-label=${say('object')}>${objectOf(one)}</td>
      <td data-label=${say('where')}>${one.ip ?? say('none')}</td>
    </tr>`;

  return {
    title: say('audit'),
    render: () =>
      html`<p class="lead">${say('auditLead')}</p>
        ${filters(context, PATH, [
          { name: 'act', label: say('act'), options: Object.keys(acts).map((act) => [act, act] as const) },
          { name: 'actor', label: say('who') },
          { name: 'object', label: say('id') },
        ])}
        ${show(list, ({ entries, nextCursor }) =>
          entries.length === 0
            ? empty(say('auditEmpty'), say('auditEmptyHelp'))
            : html`<table class="cards">
                  <caption class="hidden">
                    ${say('audit')}
                  </caption>
                  <thead>
                    <tr>
                      <th scope="col">${say('when')}</th>
                      <th scope="col">${say('who')}</th>
                      <th scope="col">${say('act')}</th>
                      <th scope="col">${say('object')}</th>
                      <th scope="col">${say('where')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${entries.map(row)}
                  </tbody>
                </table>
                ${pager(context, PATH, nextCursor)}`,
        )}`,
  };
}
