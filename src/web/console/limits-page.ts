import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import type { Context, Page } from './context.ts';
import { bytes, duration, say, sayOr, shortCount } from './format.ts';
import { show } from './parts.ts';
import { Resource } from './resource.ts';

type Limit = components['schemas']['Limit'];

const LOOK_MS = 10_000;
/** From here on it is shown as nearly used up. */
const NEARLY = 0.9;

/** The limits in force, and how much of them is used. */
export function limitsPage(context: Context): Page {
  const limits = new Resource(context, {
    load: (signal) => context.api.call<{ limits: Limit[] }>('limits', { signal }),
    everyMs: () => LOOK_MS,
  });

  const row = ({ name, quota, remaining, unit, windowSeconds, resetSeconds }: Limit): TemplateResult => {
    const used = quota - remaining;
    const amount = unit === 'content-bytes' ? bytes : shortCount;
    const label = sayOr(`limit_${name.replace(/^(subject|tenant)-/, '')}`);
    return html`<tr>
      <th scope="row">${label}</th>
      <td>
        <progress
          class=${used >= NEARLY * quota ? 'full' : ''}
          max=${quota}
          value=${used}
          aria-label=${label}
        ></progress>
        ${say('ofQuota', { used: amount(used), quota: amount(quota) })}
      </td>
      <td>${windowSeconds === null ? say('whenEnded') : say('inTime', { time: duration(resetSeconds) })}</td>
    </tr>`;
  };
  const part = (title: string, all: readonly Limit[]): TemplateResult =>
    html`<section class="panel">
      <h2>${title}</h2>
      <table class="even">
        <caption class="hidden">
          ${title}
        </caption>
        <thead>
          <tr>
            <th scope="col">${say('limit')}</th>
            <th scope="col">${say('used')}</th>
            <th scope="col">${say('resets')}</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(row)}
        </tbody>
      </table>
    </section>`;
  const of = (all: readonly Limit[], holder: string) => all.filter(({ name }) => name.startsWith(holder));

  return {
    title: say('limits'),
    render: () =>
      html`<p class="lead">${say('limitsLead')}</p>
        ${show(
          limits,
          ({ limits: all }) =>
            html`${part(say('perTenant'), of(all, 'tenant'))}${part(say('perSubject'), of(all, 'subject'))}`,
        )}`,
  };
}
