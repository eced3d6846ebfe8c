import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { Problem } from '../export-button/api.ts';
import type { Dataset } from '../export-button/api.ts';
import { randomKey } from '../export-button/random-key.ts';
import { BULK_PATH } from './bulk-parts.ts';
import type { Bulk } from './bulk-parts.ts';
import type { Context, Page } from './context.ts';
import { say, sayOr } from './format.ts';
import { empty, show } from './parts.ts';
import { Resource } from './resource.ts';
import { href } from './route.ts';

/** Starts a bulk export of everybody or of a list; what else one can be, `rowferry bulk start` does. */
export function bulkNewPage(context: Context): Page {
  const { api, tell, update } = context;
  let chosen = '';
  let whose: 'all' | 'list' = 'all';
  let wrong = '';
  let busy = false;
  /** The same again, as after an answer that was lost, starts nothing twice. */
  let asked = { body: '', key: '' };
  const datasets = new Resource(context, {
    load: (signal) => api.call<{ datasets: Dataset[] }>('datasets', { signal }),
  });

  async function start(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const values = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => {
      const value = values.get(name);
      return typeof value === 'string' ? value : '';
    };
    const listed = text('list')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    wrong = whose === 'list' && listed.length === 0 ? say('whoseNobody') : '';
    busy = wrong === '';
    update();
    if (!busy) return;
    const subjects = whose === 'all' ? whose : listed;
    const body = { dataset: text('dataset'), format: text('format'), subjects };
    const content = JSON.stringify(body);
    if (asked.body !== content) asked = { body: content, key: randomKey() };
    const headers = { 'Idempotency-Key': asked.key };
    try {
      const { id } = await api.call<Bulk>('bulk-exports', { method: 'POST', body, headers });
      tell(say('bulkStarted'));
      context.go(href(`${BULK_PATH}/${id}`));
    } catch (error) {
      const { code, message } = error instanceof Problem ? error : new Problem('problem', String(error));
      wrong = message || sayOr(code, say('problem'));
    }
    busy = false;
    update();
  }

  const choice = (value: typeof whose): TemplateResult =>
    html`<label class="choice">
      <input
        type="radio"
        name="whose"
        value=${value}
        .checked=${whose === value}
        @change=${() => {
          whose = value;
          update();
        }}
      />
      ${say(`whose_${value}`)}
    </label>`;

  const form = (all: readonly Dataset[]): TemplateResult => {
    const dataset = all.find(({ name }) => name === chosen) ?? all[0];
    const choose = (event: Event) => {
      chosen = (event.target as HTMLSelectElement).value;
      update();
    };
    return html`<form class="panel ask" @submit=${start}>
      <label
        ><span>${say('dataset')}</span>
        <select name="dataset" @change=${choose}>
          ${all.map(
            ({ name, title }) =>
              html`<option value=${name} .selected=${name === dataset?.name}>${title}</option>`,
          )}
        </select></label
      >
      <label
        ><span>${say('format')}</span>
        <select name="format">
          ${dataset?.formats.map((format) => html`<option value=${format}>${format.toUpperCase()}</option>`)}
        </select></label
      >
      <fieldset>
        <legend>${say('whose')}</legend>
        ${choice('all')} ${choice('list')}
        <label ?hidden=${whose !== 'list'}
          ><span>${say('whoseList')}</span>
          <textarea name="list" rows="8" autocomplete="off" spellcheck="false"></textarea>
        </label>
      </fieldset>
      <p class="wrong" role="alert">${wrong === '' ? nothing : wrong}</p>
      <div class="acts">
        <button class="primary" ?disabled=${busy}>${say(busy ? 'bulkStarting' : 'bulkStart')}</button>
        <a class="button" href=${href(BULK_PATH)}>${say('bulks')}</a>
      </div>
    </form>`;
  };

  return {
    title: say('bulkNew'),
    render: () =>
      html`<p class="lead">${say('bulkNewLead')}</p>
        ${show(datasets, ({ datasets: all }) =>
          all.length === 0 ? empty(say('noDatasets'), say('noDatasetsHelp')) : form(all),
        )}
        <p class="muted">${say('bulkNewMore')} <code>rowferry bulk start</code></p>`,
  };
}
