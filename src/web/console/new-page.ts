import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { Problem } from '../export-button/api.ts';
import type { Dataset } from '../export-button/api.ts';
import { isAdmin } from './context.ts';
import type { Context, Page } from './context.ts';
import { say } from './format.ts';
import { empty, show } from './parts.ts';
import { Resource } from './resource.ts';

/** As the API describes a parameter: JSON Schema, of which this much is read. */
interface Parameter {
  type?: string;
  format?: string;
  description?: string;
}

/** One card for each dataset, with the export button that pages of other applications have too. */
export function newPage(context: Context): Page {
  const { api, session, update } = context;
  /** What was typed, by dataset. */
  const typed = new Map<string, Record<string, string>>();
  const datasets = new Resource(context, {
    load: async (signal) => {
      const answer = api.call<{ datasets: Dataset[] }>('datasets', { signal });
      const [offer] = await Promise.all([answer, defineButton()]);
      return offer;
    },
  });
  const ownSession = () => null;

  /** Of a user those that must be there are filled in; an admin says whose rows. Nobody need say any other. */
  const parametersOf = ({ params }: Dataset) => {
    const names = (params['required'] as string[] | undefined) ?? [];
    const all = Object.entries((params['properties'] ?? {}) as Record<string, Parameter>);
    const required = isAdmin(session) ? all.filter(([name]) => names.includes(name)) : [];
    return { required, optional: all.filter(([name]) => !names.includes(name)) };
  };

  const field = (
    dataset: Dataset,
    [name, { type, format, description }]: [string, Parameter],
  ): TemplateResult => {
    const numeric = type === 'integer' || type === 'number';
    const change = (event: Event) => {
      const { value } = event.target as HTMLInputElement;
      typed.set(dataset.name, { ...typed.get(dataset.name), [name]: value.trim() });
      update();
    };
    return html`<label
      ><span>${name}${description === undefined ? nothing : html`: ${description}`}</span>
      <input
        type=${numeric ? 'number' : format === 'date' ? 'date' : 'text'}
        step="any"
        autocomplete="off"
        @change=${change}
    /></label>`;
  };

  const card = (dataset: Dataset): TemplateResult => {
    const { name, title, description } = dataset;
    const { required, optional } = parametersOf(dataset);
    const values = Object.entries(typed.get(name) ?? {}).filter(([, value]) => value !== '');
    const types = Object.fromEntries([...required, ...optional].map(([key, { type }]) => [key, type]));
    const numeric = (key: string) => types[key] === 'integer' || types[key] === 'number';
    const params = Object.fromEntries(
      values.map(([key, value]) => [key, numeric(key) ? Number(value) : value]),
    );
    return html`<section class="panel dataset">
      <h2>${title}</h2>
      <p class="muted">${description}</p>
      ${required.map((one) => field(dataset, one))}
      ${
        optional.length === 0
          ? nothing
          : html`<details>
              <summary>${say('moreParameters')}</summary>
              ${optional.map((one) => field(dataset, one))}
            </details>`
      }
      <rowferry-export-button
        dataset=${name}
        params=${JSON.stringify(params)}
        ?no-email=${session.email === null}
        .token=${ownSession}
      ></rowferry-export-button>
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

/** Not bundled with this page: it is one file for everybody, and cached. @throws Problem */
async function defineButton(): Promise<void> {
  if (customElements.get('rowferry-export-button') !== undefined) return;
  try {
    await import(new URL('/v1/elements/export-button.js', location.href).href);
  } catch {
    throw new Problem('network');
  }
}
