import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Content } from './api.ts';
import type { Session } from './session.ts';
import type { Texts } from './texts.ts';
import { showActs } from './view.ts';

/** Formats that are packed already, so that gzip is not offered with them, by what people call them. */
const PACKED: Readonly<Record<string, string>> = { xlsx: 'Excel', parquet: 'Parquet', zip: 'ZIP' };

/** What somebody wants of a dataset: format, compression, columns. And the form that asks for it. */
export class Choice {
  readonly #session: Session;
  #format: Content['format'] | undefined;
  #gzip = false;
  /** Those that are wanted; undefined: all. */
  #columns: string[] | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Takes this format, as far as it is offered, unless there is one already. */
  suggest(wanted: string | null): void {
    const formats = this.#session.offer?.formats;
    if (formats === undefined || this.#format !== undefined) return;
    this.guess(formats.find((one) => one === wanted) ?? formats[0]);
  }

  /** Asks how much it would be, once there is a format. */
  guess(format = this.#format): void {
    if (format === undefined) return;
    this.#format = format;
    void this.#session.guess({ format, options: { columns: this.#columns } });
  }

  ask(texts: Texts, starting: boolean): TemplateResult {
    const { offer, estimate } = this.#session;
    const format = this.#format;
    const packed = (format ?? '') in PACKED;
    const { formats = [], columns = [], files, description } = offer ?? {};
    const holds = files ?? columns;
    const names = holds.map(({ name }) => name);
    const chosen = this.#columns ?? names;
    const count = texts.say(files ? 'files' : 'columns', { n: chosen.length });
    const toggle = (name: string) => {
      this.#columns = names.filter((one) => chosen.includes(one) !== (one === name));
      this.guess();
    };
    const start = (event: Event) => {
      event.preventDefault();
      if (format === undefined) return;
      const compression = this.#gzip && !packed ? 'gzip' : 'none';
      void this.#session.start({ format, options: { compression, columns: this.#columns } });
    };
    return html`<form class="main" @submit=${start}>
      <p class="muted">${description}</p>
      <fieldset part="formats" ?hidden=${formats.length < 2}>
        <legend>${texts.say('format')}</legend>
        ${formats.map(
          (one) =>
            html`<label
              ><input
                type="radio"
                name="format"
                .checked=${one === format}
                @change=${() => this.guess(one)}
              /><span>${PACKED[one] ?? one.toUpperCase()}</span></label
            >`,
        )}
      </fieldset>
      <label class="check" ?hidden=${packed}
        ><input type="checkbox" .checked=${this.#gzip} @change=${() => (this.#gzip = !this.#gzip)} />
        ${texts.say('compress')}</label
      >
      <details part="columns" ?hidden=${holds.length === 0}>
        <summary>${count}</summary>
        <ul tabindex="0" aria-label=${count}>
          ${holds.map(
            ({ name, description }) =>
              html`<li>
                <label
                  ><input
                    type="checkbox"
                    ?hidden=${files}
                    ?disabled=${files}
                    .checked=${chosen.includes(name)}
                    @change=${() => toggle(name)}
                  /><b> ${name}</b> ${description}</label
                >
              </li>`,
          )}
        </ul>
      </details>
      <p part="estimate" class="muted">${textOf(estimate, texts)}</p>
      ${showActs([{ name: 'start', text: starting ? 'starting' : 'start', tooSoon: chosen.length === 0 }], texts)}
    </form>`;
  }
}

function textOf(preview: Session['estimate'], texts: Texts): string {
  if (preview == null) return preview === null ? '' : texts.say('estimating');
  const { complete, estimate } = preview;
  const near = (value: number) => (complete ? value : Number(value.toPrecision(2)));
  const time = texts.wait(estimate.seconds);
  const size = `${texts.say('rows', { n: near(estimate.rows) })}, ${texts.bytes(near(estimate.bytes))}, ${time}`;
  return complete ? size : texts.say('about', { size });
}
