import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import { isAdmin } from './context.ts';
import type { Context, Page } from './context.ts';
import { date, say } from './format.ts';
import { badge, empty, pager, show, time } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

type Schedule = components['schemas']['Schedule'];
interface SchedulePage {
  schedules: Schedule[];
  nextCursor: string | null;
}

const LOOK_MS = 15_000;

/** Exports that are made again and again: everybody's own, or for admins all of the tenant. */
export function schedulesPage(context: Context): Page {
  const { api, route, session, tell, attempt } = context;
  const list = new Resource<SchedulePage>(context, {
    load: (signal) => {
      const query = new URLSearchParams({ limit: '50' });
      const after = route.query.get('after');
      if (after) query.set('cursor', after);
      return api.call(`schedules?${query.toString()}`, { signal });
    },
    everyMs: () => LOOK_MS,
  });
  const act = async ({ id }: Schedule, what: 'pause' | 'resume') => {
    await attempt(() => api.open(`schedules/${id}/${what}`, { method: 'POST' }));
    await list.refresh();
  };
  const remove = async ({ id }: Schedule) => {
    const question = {
      title: say('deleteScheduleQuestion'),
      help: say('deleteScheduleHelp'),
      act: say('delete'),
    };
    if (!(await context.confirm(question))) return;
    if (await attempt(() => api.open(`schedules/${id}`, { method: 'DELETE' }))) tell(say('deleted'));
    await list.refresh();
  };

  const lastRun = ({ lastRun: run }: Schedule): TemplateResult | string => {
    if (run === null) return say('never');
    const said = say(`outcome_${run.outcome}`);
    return html`${run.exportId === null ? said : html`<a href=${href(`exports/${run.exportId}`)}>${said}</a>`},
    ${time(run.at)} ${run.reason === null ? nothing : html`<small class="why">${run.reason.message}</small>`}`;
  };

  const card = (one: Schedule): TemplateResult =>
    html`<li class="panel schedule">
      <div class="headline">
        <h2>${one.title}</h2>
        ${one.paused === null ? nothing : badge('paused', say('paused'))}
      </div>
      <p>
        <code>${one.cron}</code> ${one.timeZone} · ${one.dataset}, ${one.formats.join(', ').toUpperCase()}
        ${isAdmin(session) ? `· ${say('forSubject', { subject: one.subject })}` : nothing}
      </p>
      ${one.paused === null ? nothing : html`<p class="muted">${one.paused.reason}</p>`}
      <dl>
        <div>
          <dt>${say('nextRuns')}</dt>
          <dd>
            ${
              one.nextRuns.length === 0
                ? say('none')
                : html`${time(one.nextRuns[0] ?? null)}
                  ${one.nextRuns.slice(0, 3).map((at) => html`<small class="muted">${date(at)}</small>`)}`
            }
          </dd>
        </div>
        <div>
          <dt>${say('lastRun')}</dt>
          <dd>${lastRun(one)}</dd>
        </div>
      </dl>
      <div class="acts">
        <a
          class="button"
          href=${href('exports', { scheduleId: one.id })}
          aria-label="${say('itsExports')}: ${one.title}"
          >${say('itsExports')}</a
        >
        ${
          one.paused === null
            ? html`<button aria-label="${say('pause')}: ${one.title}" @click=${() => act(one, 'pause')}>
                ${say('pause')}
              </button>`
            : html`<button aria-label="${say('resume')}: ${one.title}" @click=${() => act(one, 'resume')}>
                ${say('resume')}
              </button>`
        }
        <button class="danger" aria-label="${say('delete')}: ${one.title}" @click=${() => remove(one)}>
          ${say('delete')}
        </button>
      </div>
    </li>`;

  return {
    title: say('schedules'),
    render: () =>
      show(list, ({ schedules, nextCursor }) =>
        schedules.length === 0
          ? empty(say('schedulesEmpty'), say('schedulesEmptyHelp'))
          : html`<ul class="grid">
                ${schedules.map(card)}
              </ul>
              ${pager(context, 'schedules', nextCursor)}`,
      ),
  };
}
