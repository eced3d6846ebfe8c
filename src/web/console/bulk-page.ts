import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import { downloadFile } from './acts.ts';
import { BULK_PATH, bulkEnded, bulkSize, bulkStatus, sourceOf } from './bulk-parts.ts';
import type { Context, Page } from './context.ts';
import { bytes, count, date, duration, say } from './format.ts';
import { fact, icon, parameters, show } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

type Bulk = components['schemas']['BulkExportDetail'];
type Failure = Bulk['failures'][number];

const BUSY_MS = 2000;
const QUIET_MS = 5000;
const states = [
  'waiting',
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
  'expired',
  'deleted',
] as const satisfies readonly (keyof Bulk['counts'])[];
/** No export was made for such a subject, and another try would not help. */
const INVALID_SUBJECT = 'invalid_subject';

/** One bulk export: how far it is, what failed and why, and its manifest. */
export function bulkPage(context: Context, id: string): Page {
  const { api, tell, attempt } = context;
  const path = `bulk-exports/${id}`;
  const page: Page = { title: say('details'), render: () => show(current, body) };
  const current = new Resource<Bulk>(context, {
    load: async (signal) => {
      const one = await api.call<Bulk>(path, { signal });
      page.title = say('bulkOf', { dataset: one.dataset });
      return one;
    },
    everyMs: (one) => (bulkEnded(one) ? QUIET_MS : BUSY_MS),
  });

  const cancel = async () => {
    const question = {
      title: say('bulkCancelQuestion'),
      help: say('bulkCancelHelp'),
      act: say('bulkCancel'),
    };
    if (!(await context.confirm(question))) return;
    if (await attempt(() => api.open(`${path}/cancel`, { method: 'POST' }))) tell(say('bulkCancelled'));
    await current.refresh();
  };
  const retry = async () => {
    if (await attempt(() => api.open(`${path}/retry`, { method: 'POST' }))) tell(say('bulkRetried'));
    await current.refresh();
  };
  const remove = async () => {
    const question = { title: say('bulkDeleteQuestion'), help: say('bulkDeleteHelp'), act: say('delete') };
    if (!(await context.confirm(question))) return;
    if (!(await attempt(() => api.open(path, { method: 'DELETE' })))) return;
    tell(say('deleted'));
    context.go(href(BULK_PATH));
  };

  const body = (one: Bulk): TemplateResult =>
    html`<div class="headline">
        ${bulkStatus(one)}
        <div class="acts">
          ${canRetry(one) ? html`<button class="primary" @click=${retry}>${say('bulkRetry')}</button>` : nothing}
          ${
            one.status === 'preparing' || one.status === 'running'
              ? html`<button @click=${cancel}>${say('bulkCancel')}</button>`
              : nothing
          }
          <button class="danger" @click=${remove}>${say('delete')}</button>
        </div>
      </div>
      <div class="columns">
        <div>${subjects(one)} ${failures(one)}</div>
        <div>${manifest(one)} ${asked(one)}</div>
      </div>`;

  const subjects = (one: Bulk): TemplateResult =>
    html`<section class="panel">
      <h2>${say('subjects')}</h2>
      ${
        one.counts.total === 0
          ? html`<p class="muted">${say(bulkEnded(one) ? 'nobodyFound' : 'noSubjects')}</p>`
          : html`<dl class="tiles">
              ${states
                .filter((state) => state === 'completed' || one.counts[state] > 0)
                .map(
                  (state) =>
                    html`<div>
                      <dt>${say(`subject_${state}`)}</dt>
                      <dd>
                        ${count(one.counts[state])}
                        ${
                          state === 'completed'
                            ? html`<small>${say('ofTotal', { total: one.counts.total })}</small>`
                            : nothing
                        }
                      </dd>
                    </div>`,
                )}
            </dl>`
      }
    </section>`;

  const failure = (one: Bulk, { code, message, count: n, subjects: first }: Failure): TemplateResult =>
    html`<li>
      <span>
        <code class="name">${code}</code>, ${say('ofSubjects', { n })}
        <small class="why">${message}</small>
        <small class="muted">${say('firstSubjects')}: ${first.join(', ')}</small>
      </span>
      ${
        code === INVALID_SUBJECT
          ? nothing
          : html`<a
              class="button small"
              href=${href('admin/exports', { status: 'failed', error: code, dataset: one.dataset, from: one.createdAt.slice(0, 10) })}
              aria-label="${say('show')}: ${code}"
              >${say('show')}</a
            >`
      }
    </li>`;

  const failures = (one: Bulk): TemplateResult =>
    html`<section class="panel">
      <h2>${say('bulkFailures')}</h2>
      ${
        one.failures.length === 0
          ? html`<p class="muted">${say('noBulkFailures')}</p>`
          : html`<ul class="plain reasons">
              ${one.failures.map((of) => failure(one, of))}
            </ul>`
      }
    </section>`;

  const manifest = (one: Bulk): TemplateResult =>
    html`<section class="panel">
      <h2>${say('manifest')}</h2>
      ${
        one.manifest === null
          ? html`<p class="muted">
              ${say(!bulkEnded(one) ? 'manifestLater' : one.expiresAt === null ? 'manifestNever' : 'manifestGone')}
            </p>`
          : html`<p class="muted">${say('manifestHelp')}</p>
              <div class="acts">
                ${(['csv', 'json'] as const).map(
                  (format) =>
                    html`<button
                      aria-label=${say('manifestOf', { format: format.toUpperCase() })}
                      title=${bytes(one.manifest?.[format].bytes ?? 0)}
                      @click=${() => downloadFile(context, `${path}/manifest/link?format=${format}`)}
                    >
                      ${icon('download')}${format.toUpperCase()}
                    </button>`,
                )}
              </div>
              ${one.expiresAt === null ? nothing : html`<p class="muted">${kept(one.expiresAt)}</p>`}`
      }
    </section>`;

  const kept = (at: string) =>
    say('keptUntil', { date: date(at), left: duration((Date.parse(at) - Date.now()) / 1000) });

  const asked = (one: Bulk): TemplateResult =>
    html`<section class="panel">
      <h2>${say('optionsTitle')}</h2>
      <dl>
        ${fact(say('dataset'), one.dataset)} ${fact(say('format'), one.format.toUpperCase())}
        ${fact(say('subjects'), sourceOf(one))}
        ${Object.keys(one.params).length === 0 ? nothing : fact(say('parameters'), parameters(one.params))}
        ${fact(say('size'), bulkSize(one))} ${fact(say('by'), one.requestedBy)}
        ${fact(say('asked'), date(one.createdAt))}
        ${one.round > 1 ? fact(say('round'), count(one.round)) : nothing}
        ${fact(say('id'), html`<code>${one.id}</code>`)}
      </dl>
    </section>`;

  return page;
}

/** Whether another try is taken, and may help. */
function canRetry({ status, error, failures }: Bulk): boolean {
  const open = ['running', 'completed_with_failures', 'failed', 'cancelled'].includes(status);
  return open && (error !== null || failures.some(({ code }) => code !== INVALID_SUBJECT));
}
