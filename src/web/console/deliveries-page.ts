import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import type { Context, Page } from './context.ts';
import { count, relative, say, sayOr } from './format.ts';
import { badge, empty, filters, pager, show, time } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

export type Notification = components['schemas']['Notification'];
type AdminNotification = components['schemas']['AdminNotification'];
type Webhook = components['schemas']['Webhook'];

const PATH = 'admin/deliveries';
const LOOK_MS = 5000;

/** Which look a state has. */
export function messageState(state: Notification['state']): string {
  return { pending: 'queued', delivered: 'completed', failed: 'failed' }[state];
}

export function recipientOf({ channel, target }: Pick<Notification, 'channel' | 'target'>): string {
  if (target !== null) return target;
  return channel === 'webhook' ? say('tenantWebhook') : say('none');
}

/** The page of what it is about. */
function subjectOf({ exportId, bulkExportId }: AdminNotification): string {
  return exportId === null ? href(`admin/bulk/${bulkExportId ?? ''}`) : href(`exports/${exportId}`);
}

/** All messages of a tenant and its webhooks, for admins. */
export function deliveriesPage(context: Context): Page {
  const { api, route, tell, attempt } = context;
  const list = new Resource(context, {
    load: (signal) => {
      const query = new URLSearchParams({ limit: '50' });
      for (const name of ['state', 'channel'])
        if (route.query.get(name)) query.set(name, route.query.get(name) ?? '');
      const after = route.query.get('after');
      if (after) query.set('cursor', after);
      return api.call<{ notifications: AdminNotification[]; nextCursor: string | null }>(
        `admin/notifications?${query.toString()}`,
        { signal },
      );
    },
    everyMs: () => LOOK_MS,
  });
  const webhooks = new Resource(context, {
    load: (signal) => api.call<{ webhooks: Webhook[] }>('webhooks', { signal }),
  });

  const redeliver = async ({ id }: AdminNotification) => {
    const path = `admin/notifications/${id}/redeliver`;
    if (await attempt(() => api.open(path, { method: 'POST' }))) tell(say('redelivered'));
    await list.refresh();
  };
  const enable = async ({ id }: Webhook) => {
    if (await attempt(() => api.open(`webhooks/${id}/enable`, { method: 'POST' }))) tell(say('enabled'));
    await webhooks.refresh();
  };

  const row = (one: AdminNotification): TemplateResult =>
    html`<tr>
      <td data-label=${say('message')}>
        <a class="name" href=${subjectOf(one)}>${sayOr(`kind_${one.kind}`)}: ${one.dataset}</a>
      </td>
      <td data-label=${say('recipient')}>
        <span class="break">${recipientOf(one)}</span><small class="muted">${say(one.channel)}</small>
      </td>
      <td data-label=${say('status')}>
        <div class="state">
          ${badge(messageState(one.state), say(one.state))}
          ${one.nextAt === null ? nothing : html`<small>${Date.parse(one.nextAt) <= Date.now() ? say('dueNow') : say('tryNext', { when: relative(one.nextAt) })}</small>`}
          ${one.lastError === null ? nothing : html`<small class="why">${one.lastError}</small>`}
        </div>
      </td>
      <td data-label=${say('tries')}>${count(one.attempt)}</td>
      <td data-label=${say('when')}>${time(one.createdAt)}</td>
      <td class="acts">
        ${
          one.state === 'pending'
            ? nothing
            : html`<button
                class="small"
                aria-label="${say('redeliver')}: ${recipientOf(one)}"
                @click=${() => redeliver(one)}
              >
                ${say('redeliver')}
              </button>`
        }
      </td>
    </tr>`;

  const table = ({
    notifications,
    nextCursor,
  }: {
    notifications: AdminNotification[];
    nextCursor: string | null;
  }): TemplateResult =>
    notifications.length === 0
      ? empty(say('deliveriesEmpty'), say('deliveriesEmptyHelp'))
      : html`<table class="cards">
            <caption class="hidden">
              ${say('messagesList')}
            </caption>
            <thead>
              <tr>
                <th scope="col">${say('message')}</th>
                <th scope="col">${say('recipient')}</th>
                <th scope="col">${say('status')}</th>
                <th scope="col">${say('tries')}</th>
                <th scope="col">${say('when')}</th>
                <th scope="col"><span class="hidden">${say('actions')}</span></th>
              </tr>
            </thead>
            <tbody>
              ${notifications.map(row)}
            </tbody>
          </table>
          ${pager(context, PATH, nextCursor)}`;

  const hook = (one: Webhook): TemplateResult =>
    html`<li>
      <span class="break">${one.url}</span>
      ${
        one.disabled === null
          ? one.failingSince === null
            ? badge('completed', say('works'))
            : badge('failed', say('failing', { when: relative(one.failingSince) }))
          : html`${badge('failed', say('disabled'))}
              <button class="small" aria-label="${say('enable')}: ${one.url}" @click=${() => enable(one)}>
                ${say('enable')}
              </button>`
      }
      ${
        one.disabled === null || one.failingSince === null
          ? nothing
          : html`<small class="why">${say('failing', { when: relative(one.failingSince) })}</small>`
      }
      ${one.disabled?.reason ? html`<small class="why">${one.disabled.reason}</small>` : nothing}
    </li>`;

  return {
    title: say('deliveries'),
    render: () =>
      html`<section class="panel">
          <h2>${say('webhooksTitle')}</h2>
          ${show(webhooks, ({ webhooks: all }) =>
            all.length === 0
              ? html`<p class="muted">${say('noWebhooks')}</p>`
              : html`<ul class="plain">
                  ${all.map(hook)}
                </ul>`,
          )}
        </section>
        ${filters(context, PATH, [
          {
            name: 'state',
            label: say('status'),
            options: (['pending', 'delivered', 'failed'] as const).map((one) => [one, say(one)] as const),
          },
          {
            name: 'channel',
            label: say('channel'),
            options: (['email', 'webhook'] as const).map((one) => [one, say(one)] as const),
          },
        ])}
        ${show(list, table)}`,
  };
}
