import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Export } from '../export-button/api.ts';
import { hasEnded, watch } from '../export-button/watch.ts';
import { copy, exportActs } from './acts.ts';
import { isAdmin } from './context.ts';
import type { Context, Page } from './context.ts';
import type { Notification } from './deliveries-page.ts';
import { messageState, recipientOf } from './deliveries-page.ts';
import { count, date, duration, relative, say, sayOr } from './format.ts';
import { badge, exportStatus, fact, fileName, icon, sizeOf, parameters, show, time } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

interface Around {
  events: { at: string; kind: string; text: string }[];
  downloads: { at: string; subject: string | null; actedAs: string | null }[];
  notifications: Notification[];
}

/** One export: what was asked for, its file, and all that happened. It is live until it has ended. */
export function exportPage(context: Context, id: string, { fetchFile = false } = {}): Page {
  const { api, signal, session, update } = context;
  const page: Page = { title: say('details'), render };
  let wanted = fetchFile;
  let away = false;
  let watching = false;
  const around = new Resource<Around>(context, {
    load: async (aborted) => {
      const get = <Answer>(what: string) => api.call<Answer>(`exports/${id}/${what}`, { signal: aborted });
      const [history, downloads, notifications] = await Promise.all([
        get<Pick<Around, 'events'>>('history'),
        get<Pick<Around, 'downloads'>>('downloads'),
        get<Pick<Around, 'notifications'>>('notifications'),
      ]);
      return { ...history, ...downloads, ...notifications };
    },
  });
  const current = new Resource<Export>(context, {
    load: async (aborted) => {
      const state = await api.call<Export>(`exports/${id}`, { signal: aborted });
      take(state);
      follow(state);
      return state;
    },
  });
  const refresh = () => Promise.all([current.refresh(), around.refresh()]);
  const acts = exportActs(context, refresh);

  function take(state: Export): void {
    page.title = fileName(state);
    if (state.status !== current.data?.status && current.data !== undefined) void around.refresh();
    current.data = state;
    if (wanted && hasEnded(state)) {
      wanted = false;
      // Only once: a reload shows the export and does not fetch its file again.
      context.go(href(`exports/${id}`), { replace: true });
      if (state.status === 'completed') void acts.download(state);
    }
  }

  function follow(state: Export): void {
    if (hasEnded(state) || watching) return;
    watching = true;
    const onExport = (next: Export) => {
      take(next);
      update();
    };
    const onAway = (now: boolean) => {
      if (now === away) return;
      away = now;
      update();
    };
    watch(state, { api, signal, onExport, onAway })
      .then(() => (watching = false))
      .catch(() => {
        watching = false;
        // Says what is wrong; where nothing is, it is followed again.
        return current.refresh();
      });
  }

  function render(): TemplateResult {
    return html`${away ? html`<p class="banner" role="status">${say('offline')}</p>` : nothing}
    ${wanted && current.data !== undefined ? html`<p class="banner" role="status">${say('waitingForFile')}</p>` : nothing}
    ${show(current, body)}`;
  }

  function body(one: Export): TemplateResult {
    return html`<div class="headline">${exportStatus(one)} ${buttons(one)}</div>
      <div class="columns">
        <div>${one.files.map((each) => file(one, each))} ${asked(one)}</div>
        <div>${show(around, aside)}</div>
      </div>`;
  }

  function buttons(one: Export): TemplateResult {
    const ready = one.status === 'completed';
    const admin = isAdmin(session);
    return html`<div class="acts">
      ${
        ready
          ? html`<button class="primary" @click=${() => acts.download(one)}>
                ${icon('download')}${say('download')}
              </button>
              <button @click=${() => acts.copyLink(one)}>${icon('link')}${say('copyLink')}</button>`
          : nothing
      }
      ${
        hasEnded(one)
          ? html`<button @click=${() => acts.rerun(one)}>${say('rerun')}</button>`
          : html`<button @click=${() => acts.cancel(one)}>${say('cancel')}</button>`
      }
      ${ready && admin ? html`<button @click=${() => acts.expire(one)}>${say('expire')}</button>` : nothing}
      <button class="danger" @click=${() => remove(one)}>${say('delete')}</button>
    </div>`;
  }

  async function remove(one: Export): Promise<void> {
    if (await acts.remove(one)) context.go(href('exports'));
  }

  function file(one: Export, each: Export['files'][number]): TemplateResult {
    const { name, sha256, expiresAt, columns, masked, files } = each;
    const ofSeveral = one.files.length > 1 && one.status === 'completed';
    return html`<section class="panel">
      <h2>${say('fileTitle')}</h2>
      <dl>
        ${fact(say('fileName'), name)} ${fact(say('size'), sizeOf(each))}
        ${
          expiresAt === null
            ? nothing
            : fact(
                say('kept'),
                one.status === 'completed'
                  ? say('keptUntil', {
                      date: date(expiresAt),
                      left: duration((Date.parse(expiresAt) - Date.now()) / 1000),
                    })
                  : say('fileGone', { when: relative(expiresAt) }),
              )
        }
        ${
          sha256 === null
            ? nothing
            : fact(
                say('checksum'),
                html`<code class="hash">${sha256}</code>
                  <button class="small" @click=${() => copy(context, sha256, say('checksumCopied'))}>
                    ${say('copyChecksum')}
                  </button>`,
              )
        }
        ${columns === null || columns.length === 0 ? nothing : fact(say('columns'), columns.join(', '))}
        ${masked === null || masked.length === 0 ? nothing : fact(say('masked'), masked.join(', '))}
        ${files?.map((part) => fact(part.name, say('rows', { n: part.rows })))}
      </dl>
      ${
        ofSeveral
          ? html`<button class="small" @click=${() => acts.download(one, each.format)}>
              ${icon('download')}${say('downloadNamed', { name })}
            </button>`
          : nothing
      }
    </section>`;
  }

  function asked(one: Export): TemplateResult {
    const { params, options, startedAt, finishedAt } = one;
    const seconds =
      startedAt === null || finishedAt === null
        ? null
        : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
    return html`<section class="panel">
      <h2>${say('optionsTitle')}</h2>
      <dl>
        ${fact(say('dataset'), one.dataset)} ${fact(say('format'), one.formats.join(', ').toUpperCase())}
        ${fact(say('compression'), options.compression === 'none' ? say('noCompression') : options.compression)}
        ${Object.keys(params).length === 0 ? nothing : fact(say('parameters'), parameters(params))}
        ${isAdmin(session) ? fact(say('by'), one.subject) : nothing}
        ${fact(say('asked'), date(one.createdAt))}
        ${seconds === null ? nothing : fact(say('took'), seconds < 1 ? '< 1 second' : duration(seconds))}
        ${one.attempt > 1 ? fact(say('attempts'), count(one.attempt)) : nothing}
        ${fact(say('id'), html`<code>${one.id}</code>`)}
      </dl>
    </section>`;
  }

  function aside({ events, downloads, notifications }: Around): TemplateResult {
    return html`<section class="panel">
        <h2>${say('historyTitle')}</h2>
        <ol class="history">
          ${events.map(
            ({ at, kind, text }) =>
              html`<li class=${kind}>
                <p>${text}</p>
                ${time(at)}
              </li>`,
          )}
        </ol>
      </section>
      <section class="panel">
        <h2>${say('downloadsTitle')}</h2>
        ${
          downloads.length === 0
            ? html`<p class="muted">${say('noDownloads')}</p>`
            : html`<ul class="plain">
                ${downloads.map(
                  ({ at, subject, actedAs }) =>
                    html`<li>
                      <span
                        >${actedAs === null ? subject : say('downloadedAs', { subject: subject ?? '', actedAs })}</span
                      >
                      ${time(at)}
                    </li>`,
                )}
              </ul>`
        }
      </section>
      ${
        notifications.length === 0
          ? nothing
          : html`<section class="panel">
              <h2>${say('messagesTitle')}</h2>
              <ul class="plain">
                ${notifications.map(
                  (one) =>
                    html`<li>
                      <span>${sayOr(`kind_${one.kind}`)} · ${recipientOf(one)}</span>
                      ${badge(messageState(one.state), say(one.state))}
                    </li>`,
                )}
              </ul>
            </section>`
      }`;
  }

  return page;
}
