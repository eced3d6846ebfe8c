import { html, nothing } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import type { TemplateResult } from 'lit/html.js';
import type { Dataset } from '../export-button/api.ts';
import { isAdmin } from './context.ts';
import type { Context, Page } from './context.ts';
import { say } from './format.ts';
import { empty, show } from './parts.ts';
import { Resource } from './resource.ts';

/** One card for each dataset, with the export button that pages of other applications have too. */
export function newPage(context: Context): Page {
  const { api, session, update } = context;
  let ready = customElements.get('rowferry-export-button') !== undefined;
  const params = new Map<string, string>();
  const wrong = new Set<string>();
  const datasets = new Resource(context, {
    load: (signal) => api.call<{ datasets: Dataset[] }>('datasets', { signal }),
  });
  if (!ready) {
    const address = '/v1/elements/export-button.js';
    void import(/* its own file, which is cached for everybody */ address).then(() => {
      ready = true;
      update();
    });
  }
  const own = () => null;

  /** What an admin has to say: whose rows. */
  const neededBy = ({ params: schema }: Dataset): string[] =>
    isAdmin(session) ? ((schema['required'] as string[] | undefined) ?? []) : [];
  const change = (name: string, text: string) => {
    params.set(name, text);
    try {
      const value: unknown = JSON.parse(text || '{}');
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new TypeError('no object');
      wrong.delete(name);
    } catch {
      wrong.add(name);
    }
    update();
  };

  const card = (dataset: Dataset): TemplateResult => {
    const { name, title, description } = dataset;
    const needed = neededBy(dataset);
    const text =
      params.get(name) ??
      (needed.length > 0 ? JSON.stringify(Object.fromEntries(needed.map((key) => [key, '']))) : '');
    const isWrong = wrong.has(name);
    const asks = needed.length > 0 || params.has(name);
    return html`<section class="panel dataset">
      <h2>${title}</h2>
      <p>${description}</p>
      ${
        asks
          ? html`<label
                ><span>${say('parameters')} <small>${say('parametersHelp')}</small></span>
                <input
                  .value=${live(text)}
                  spellcheck="false"
                  aria-invalid=${isWrong}
                  @change=${(event: Event) => change(name, (event.target as HTMLInputElement).value)}
              /></label>
              ${isWrong ? html`<p class="wrong" role="alert">${say('parametersWrong')}</p>` : nothing}`
          : nothing
      }
      ${
        ready && !isWrong
          ? html`<rowferry-export-button
              dataset=${name}
              params=${text || nothing}
              ?no-email=${session.email === null}
              .token=${own}
            ></rowferry-export-button>`
          : nothing
      }
    </section>`;
  };

  return {
    title: say('request'),
    render: () =>
      html`<p class="lead">${say('requestLead')}</p>
        ${show(datasets, ({ datasets: all }) =>
          all.length === 0
            ? empty(say('noDatasets'), say('noDatasetsHelp'))
            : html`<div class="grid">${all.map(card)}</div>`,
        )}`,
  };
}
