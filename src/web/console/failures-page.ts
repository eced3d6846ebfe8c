import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import type { Context, Page } from './context.ts';
import { say } from './format.ts';
import { empty, show, time } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

type FailureGroup = components['schemas']['FailureGroup'];

const DAYS = 7;
const DAY_MS = 86_400_000;
const LOOK_MS = 15_000;

/** Why exports failed lately, the commonest reason first. */
export function failuresPage(context: Context): Page {
  const from = new Date(Date.now() - DAYS * DAY_MS).toISOString();
  const list = new Resource(context, {
    load: (signal) =>
      context.api.call<{ failures: FailureGroup[] }>(`admin/exports/failures?from=${from}`, { signal }),
    everyMs: () => LOOK_MS,
  });

  const row = (one: FailureGroup): TemplateResult =>
    html`<tr>
      <td data-label=${say('reason')}>
        <code class="name">${one.code}</code>
        <small class="why">${one.latest.message}</small>
      </td>
      <td data-label=${say('failed')}>
        ${say('failedTimes', { n: one.count })}, ${say('ofSubjects', { n: one.subjects })}
      </td>
      <td data-label=${say('dataset')}>${one.datasets.join(', ')}</td>
      <td data-label=${say('since')}>${time(one.firstAt)}</td>
      <td data-label=${say('latest')}>
        <a href=${href(`exports/${one.latest.id}`)}>${time(one.latest.at)}</a>
      </td>
      <td class="acts">
        <a
          class="button small"
          href=${href('admin/exports', { status: 'failed', error: one.code, from: from.slice(0, 10) })}
          aria-label="${say('show')}: ${one.code}"
          >${say('show')}</a
        >
      </td>
    </tr>`;

  return {
    title: say('failures'),
    render: () =>
      html`<p class="lead">${say('failuresLead', { n: DAYS })}</p>
        ${show(list, ({ failures }) =>
          failures.length === 0
            ? empty(say('failuresEmpty'), say('failuresEmptyHelp'), { mark: 'completed' })
            : html`<table class="cards">
                <caption class="hidden">
                  ${say('failures')}
                </caption>
                <thead>
                  <tr>
                    <th scope="col">${say('reason')}</th>
                    <th scope="col">${say('failed')}</th>
                    <th scope="col">${say('dataset')}</th>
                    <th scope="col">${say('since')}</th>
                    <th scope="col">${say('latest')}</th>
                    <th scope="col"><span class="hidden">${say('actions')}</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${failures.map(row)}
                </tbody>
              </table>`,
        )}`,
  };
}
