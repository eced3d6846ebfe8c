import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import { throughputChart } from './chart.ts';
import type { Throughput } from './chart.ts';
import type { Context, Page } from './context.ts';
import { count, duration, say } from './format.ts';
import { show } from './parts.ts';
import { Resource } from './resource.ts';

type AdminQueue = components['schemas']['AdminQueue'];

const LOOK_MS = 2000;
const CHART_MS = 30_000;

/** What waits and runs, for how long already, and what was done in the last day. */
export function queuePage(context: Context): Page {
  const { api, session } = context;
  const queue = new Resource(context, {
    load: (signal) => api.call<AdminQueue>('admin/queue', { signal }),
    everyMs: () => LOOK_MS,
  });
  const work = new Resource(context, {
    load: (signal) => api.call<{ hours: Throughput[] }>('admin/throughput', { signal }),
    everyMs: () => CHART_MS,
  });
  const ago = (seconds: number | null, word: 'oldest' | 'longest') =>
    seconds === null ? nothing : html`<small>${say(word, { time: duration(seconds) })}</small>`;
  const tile = (label: string, value: number, more: unknown): TemplateResult =>
    html`<div class="tile">
      <dt>${label}</dt>
      <dd>${count(value)} ${more}</dd>
    </div>`;

  const state = ({ lanes, notifications }: AdminQueue): TemplateResult =>
    html`<div class="grid">
      ${lanes.map(
        (lane) =>
          html`<section class="panel">
            <h2>${say(`lane_${lane.lane}`)}</h2>
            <dl class="tiles">
              ${tile(
                say('queued'),
                lane.queued,
                html`${ago(lane.oldestQueuedSeconds, 'oldest')}
                ${lane.delayed === 0 ? nothing : html`<small>${say('delayed', { n: lane.delayed })}</small>`}`,
              )}
              ${tile(say('running'), lane.running, ago(lane.oldestRunningSeconds, 'longest'))}
            </dl>
          </section>`,
      )}
      <section class="panel">
        <h2>${say('messages')}</h2>
        <dl class="tiles">
          ${tile(say('due'), notifications.due, ago(notifications.oldestDueSeconds, 'oldest'))}
          ${tile(say('toBeTried'), notifications.waiting, nothing)}
        </dl>
      </section>
    </div>`;

  return {
    title: say('queue'),
    render: () =>
      html`${show(queue, state)}
        <section class="panel">
          <h2>${say('throughput')}</h2>
          ${show(work, ({ hours }) => throughputChart(hours))}
        </section>
        <section class="panel">
          <h2>${say('jobs')}</h2>
          <p>${say('jobsLead')}</p>
          ${
            session.queuePage
              ? html`<p><a class="button" href="/queue">${say('openJobs')}</a></p>`
              : html`<p class="muted">${say('jobsOff')}</p>`
          }
        </section>`,
  };
}
