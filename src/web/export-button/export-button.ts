import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { Api } from './api.ts';
import type { Content, Export, TokenSource } from './api.ts';
import { Memory } from './memory.ts';
import { Session } from './session.ts';
import type { Strings } from './strings.ts';
import css from './styles.css';
import { Texts } from './texts.ts';
import { hasEnded } from './watch.ts';

export type { TokenSource } from './api.ts';
export type { Strings } from './strings.ts';

/** What the element is doing. */
export type ExportButtonState =
  'idle' | 'starting' | 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired' | 'error';

export interface ExportButtonEvents {
  'rowferry-state': CustomEvent<{ state: ExportButtonState; export: Export | undefined }>;
  /** Cancelable: then the page does something else with the link. */
  'rowferry-download': CustomEvent<{ url: string; export: Export | undefined }>;
  'rowferry-error': CustomEvent<{ code: string; message: string }>;
}

/** Where this file is served by the API, that is where the API is. */
const OWN_ENDPOINT = /^(.*)\/v1\/elements\//.exec(import.meta.url)?.[1] ?? '';
const GAP_PX = 8;
const AUTO_DOWNLOAD_SECONDS = 10;

const icons = {
  idle: 'M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M4 15.5h12',
  completed: 'm4.5 10.5 3.5 3.5 7.5-8',
  failed: 'M10 5v6m0 3v.5',
  close: 'm5.5 5.5 9 9m0-9-9 9',
};

const icon = (name: keyof typeof icons) =>
  html`<svg viewBox="0 0 20 20" aria-hidden="true"><path d=${icons[name]} /></svg>`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** Formats that are packed already, so that gzip is not offered with them, by what people call them. */
const PACKED: Readonly<Record<string, string>> = { xlsx: 'Excel', parquet: 'Parquet', zip: 'ZIP' };

/** A button of the panel; the last one is what most people want. */
interface Act {
  part: string;
  text: keyof Strings;
  /** Without it, it submits its form. */
  do?: () => unknown;
}

/** What the panel shows once there is something to tell. */
interface View {
  headline: string;
  tone?: 'completed' | 'failed';
  percent?: number | null;
  figures?: readonly [string, string];
  note?: string | undefined;
  help?: string | undefined;
  /** Who will hear of it, or why nobody will. */
  told?: string | undefined;
  acts: readonly Act[];
}

/**
 * `<rowferry-export-button>`: a button with a small panel that exports a dataset. docs/export-button.md describes it. Of lit
 * it uses the templates; the rest of lit would cost more bytes than it saves.
 */
export class RowferryExportButton extends HTMLElement {
  static observedAttributes = ['dataset', 'params', 'format', 'endpoint', 'email', 'no-email', 'lang'];

  readonly #root = this.attachShadow({ mode: 'open' });
  #session: Session | undefined;
  #token: TokenSource = '';
  #params: Readonly<Record<string, unknown>> | undefined;
  #strings: Partial<Strings> = {};
  #texts = new Texts('en', {});
  #due = false;
  /** Another export is meant now. */
  #stale = true;
  #open = false;
  /** Somebody has used the button, so that there is somebody to tell. */
  #used = false;
  #format: Content['format'] | undefined;
  #gzip = false;
  #news = '';
  #newsOf = '';
  #told: ExportButtonState = 'idle';

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
    // What a page has set before this file was there.
    for (const [name, value] of Object.entries(this)) {
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
  }

  /** A token, or what gets one; asked again when one is refused. */
  get token(): TokenSource {
    return this.#token;
  }
  set token(token: TokenSource) {
    this.#token = token;
    this.#schedule();
    if (this.#session?.problem?.code === 'unauthenticated') void this.#retry();
  }

  /** Parameters of the dataset; without them the attribute, as JSON. */
  get params(): Readonly<Record<string, unknown>> {
    return this.#params ?? (JSON.parse(this.getAttribute('params') ?? '{}') as Record<string, unknown>);
  }
  set params(params: Readonly<Record<string, unknown>>) {
    this.#params = params;
    this.attributeChangedCallback('params');
  }

  /** Set, it is the attribute: frameworks set what every element has as a property. Read, it is what every element has. */
  // eslint-disable-next-line @typescript-eslint/related-getter-setter-pairs -- the one that every element has is read-only
  override get dataset(): DOMStringMap {
    return super.dataset;
  }
  override set dataset(name: string) {
    this.setAttribute('dataset', name);
  }

  /** Texts in place of ours. */
  get strings(): Partial<Strings> {
    return this.#strings;
  }
  set strings(strings: Partial<Strings>) {
    this.#strings = strings;
    this.#schedule();
  }

  /** What it is doing. */
  get state(): ExportButtonState {
    const { problem, starting, current } = this.#session ?? {};
    if (problem !== undefined) return 'error';
    return starting === true ? 'starting' : (current?.status ?? 'idle');
  }

  connectedCallback(): void {
    this.#stale = true;
    addEventListener('resize', this.#place);
    this.#schedule();
  }

  disconnectedCallback(): void {
    removeEventListener('resize', this.#place);
    this.#session?.close();
  }

  attributeChangedCallback(name: string): void {
    this.#stale ||= /^(dataset|params|endpoint)$/.test(name);
    this.#schedule();
  }

  /** Downloads the file of the export that is there. */
  async download(): Promise<void> {
    const url = await this.#session?.link();
    if (url === undefined || !this.#emit('rowferry-download', { url, export: this.#session?.current }))
      return;
    // The storage says that it is to be kept, so the page stays.
    const link = document.createElement('a');
    link.href = url;
    link.rel = 'noreferrer';
    link.click();
  }

  #schedule(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#update();
    });
  }

  #update(): void {
    const language = this.closest('[lang]')?.getAttribute('lang') ?? navigator.language;
    this.#texts = new Texts(language, this.#strings);
    // Pages set the token after this file has run.
    if (this.#stale && (this.#token !== '' || this.#open)) this.#begin();
    const { state } = this;
    this.#tellNews(state);
    const hadFocus = this.#find(':focus') !== null;
    render(this.#render(state), this.#root);
    if (this.#open) {
      this.#choose();
      this.#place();
      // What had the focus may be gone; the keyboard goes on from the panel.
      if (hadFocus && this.#find(':focus') === null) this.#find('#panel')?.focus();
    }
    if (state === this.#told) return;
    this.#told = state;
    const { current, problem } = this.#session ?? {};
    this.#emit('rowferry-state', { state, export: current });
    if (problem !== undefined) this.#emit('rowferry-error', { code: problem.code, message: problem.message });
  }

  #begin(): void {
    this.#stale = false;
    this.#session?.close();
    this.#session = this.#format = undefined;
    const dataset = this.getAttribute('dataset');
    if (!dataset) return;
    const { params } = this;
    const endpoint = this.getAttribute('endpoint') ?? OWN_ENDPOINT;
    const session = (this.#session = new Session({
      api: new Api(endpoint, () => this.#token),
      memory: new Memory(endpoint, dataset, params),
      dataset,
      params,
      onChange: () => this.#schedule(),
      onFile: (afterMs) => {
        const seconds = Number(this.getAttribute('auto-download-seconds') ?? AUTO_DOWNLOAD_SECONDS);
        if (afterMs <= seconds * 1000) void this.download();
      },
    }));
    void (this.#open ? session.prepare() : session.restore());
  }

  /** The format that was asked for, as far as it is offered. */
  #choose(): void {
    const formats = this.#session?.offer?.formats;
    if (formats === undefined || this.#format !== undefined) return;
    this.#guess(formats.find((one) => one === this.getAttribute('format')) ?? formats[0] ?? 'csv');
  }

  get #packed(): boolean {
    return (this.#format ?? '') in PACKED;
  }

  #guess(format: Content['format']): void {
    this.#format = format;
    void this.#session?.guess(format);
  }

  #render(state: ExportButtonState): TemplateResult {
    const texts = this.#texts;
    const session = this.#session;
    const busy = /^(starting|queued|running)$/.test(state);
    const mark = state === 'completed' ? state : /^(failed|error)$/.test(state) ? 'failed' : 'idle';
    return html`<button id="button" part="button" popovertarget="panel" aria-haspopup="dialog">
        <slot name="icon">${icon(mark)}</slot>
        <slot>${texts.say('label')}</slot>
        <span class="hidden">${this.#headline(state)}</span>
        ${
          busy
            ? html`<progress
                aria-hidden="true"
                max="100"
                value=${session?.current?.progress.percent ?? nothing}
              ></progress>`
            : nothing
        }
      </button>
      <p class="hidden" role="status">${this.#news}</p>
      <div
        id="panel"
        part="panel"
        popover
        role="dialog"
        aria-labelledby="title"
        tabindex="-1"
        autofocus
        @beforetoggle=${this.#onToggle}
        @toggle=${this.#place}
      >
        <div class="head">
          <p id="title" part="title">${session?.offer?.title ?? texts.say('label')}</p>
          <button
            class="close"
            part="close"
            popovertarget="panel"
            popovertargetaction="hide"
            aria-label=${texts.say('close')}
          >
            ${icon('close')}
          </button>
        </div>
        ${session === undefined ? nothing : this.#body(session, state)}
      </div>`;
  }

  #body(session: Session, state: ExportButtonState): TemplateResult {
    const { current, problem } = session;
    if (problem !== undefined) {
      return this.#tell({
        headline: this.#headline(state),
        tone: 'failed',
        // Of a token there is nothing more to say to people.
        help: problem.code === 'unauthenticated' ? '' : problem.message,
        acts: [{ part: 'retry', text: 'retry', do: this.#retry }],
      });
    }
    if (current === undefined || state === 'starting') return this.#choice(session, state === 'starting');
    return this.#tell(hasEnded(current) ? this.#end(session, current) : this.#way(session, current));
  }

  #choice({ offer, estimate }: Session, starting: boolean): TemplateResult {
    const texts = this.#texts;
    const { formats = [], columns = [], files, description } = offer ?? {};
    const holds = files ?? columns;
    const count = texts.say(files ? 'files' : 'columns', { n: holds.length });
    return html`<form class="main" @submit=${this.#onStart}>
      <p class="muted">${description}</p>
      <fieldset part="formats" ?hidden=${formats.length < 2}>
        <legend>${texts.say('format')}</legend>
        ${formats.map(
          (format) =>
            html`<label
              ><input
                type="radio"
                name="format"
                .checked=${format === this.#format}
                @change=${() => this.#guess(format)}
              /><span>${PACKED[format] ?? format.toUpperCase()}</span></label
            >`,
        )}
      </fieldset>
      <label class="check" ?hidden=${this.#packed}
        ><input type="checkbox" .checked=${this.#gzip} @change=${() => (this.#gzip = !this.#gzip)} />
        ${texts.say('compress')}</label
      >
      <details part="columns" ?hidden=${holds.length === 0}>
        <summary>${count}</summary>
        <ul tabindex="0" aria-label=${count}>
          ${holds.map(({ name, description }) => html`<li><b>${name}</b> ${description}</li>`)}
        </ul>
      </details>
      <p part="estimate" class="muted">${this.#estimateText(estimate)}</p>
      ${this.#acts([{ part: 'start', text: starting ? 'starting' : 'start' }], offer === undefined)}
    </form>`;
  }

  #estimateText(preview: Session['estimate']): string {
    const texts = this.#texts;
    if (preview == null) return preview === null ? '' : texts.say('estimating');
    const { complete, estimate } = preview;
    const near = (value: number) => (complete ? value : Number(value.toPrecision(2)));
    const time = texts.wait(estimate.seconds);
    const size = `${texts.say('rows', { n: near(estimate.rows) })}, ${texts.bytes(near(estimate.bytes))}, ${time}`;
    return complete ? size : texts.say('about', { size });
  }

  #way(session: Session, { status, progress, queuePosition }: Export): View {
    const texts = this.#texts;
    const { told, emailProblem } = session;
    const { rows, bytes, etaSeconds, percent } = progress;
    const waits = status === 'queued';
    const place =
      queuePosition == null ? '' : texts.say(queuePosition > 1 ? 'ahead' : 'next', { n: queuePosition - 1 });
    const canTell = !this.hasAttribute('no-email') && told.length === 0 && emailProblem === undefined;
    return {
      headline: this.#headline(status),
      percent: waits ? null : percent,
      figures: [
        waits ? place : this.#size(rows, bytes),
        etaSeconds === null ? '' : texts.say('left', { time: texts.wait(etaSeconds) }),
      ],
      help: texts.say(session.away ? 'away' : 'leave'),
      told:
        emailProblem?.message ??
        (told.length > 0 ? texts.say('told', { address: told.join(', ') }) : undefined),
      acts: [
        ...(canTell
          ? [{ part: 'email', text: 'email', do: () => session.tell(this.getAttribute('email')) } as const]
          : []),
        { part: 'cancel', text: 'cancel', do: () => session.cancel() },
      ],
    };
  }

  #end(session: Session, { id, status, file, error, format, options }: Export): View {
    const texts = this.#texts;
    const headline = this.#headline(status);
    const anew: Act = { part: 'anew', text: 'anew', do: this.#onAnew };
    if (file !== null && status === 'completed') {
      return {
        headline,
        tone: status,
        figures: [this.#size(file.rows, file.bytes), ''],
        note: file.name,
        help: file.expiresAt === null ? '' : texts.say('until', { date: texts.date(file.expiresAt) }),
        acts: [anew, { part: 'download', text: 'download', do: () => this.download() }],
      };
    }
    if (status !== 'failed') {
      return { headline, help: status === 'expired' ? texts.say('expiredHelp') : '', acts: [anew] };
    }
    return {
      headline,
      tone: status,
      note: error?.message,
      help: texts.say('failedHelp', { id }),
      acts: [anew, { part: 'retry', text: 'retry', do: () => session.start({ format, options }) }],
    };
  }

  #tell({ headline, tone, percent, figures, note, help, told, acts }: View): TemplateResult {
    return html`<div class="main">
      <p class="headline ${tone ?? ''}">
        ${tone === undefined ? nothing : icon(tone)}<span id="status">${headline}</span>
        ${percent == null ? nothing : this.#texts.percent(percent)}
      </p>
      ${
        percent === undefined
          ? nothing
          : html`<progress
              part="progress"
              aria-labelledby="status"
              max="100"
              value=${percent ?? nothing}
            ></progress>`
      }
      ${note === undefined ? nothing : html`<p part="note">${note}</p>`}
      ${figures === undefined ? nothing : html`<p class="figures" part="figures">${figures.map((one) => html`<span>${one}</span>`)}</p>`}
      <p class="muted">${help}</p>
      ${told === undefined ? nothing : html`<p part="told" role="status">${told}</p>`} ${this.#acts(acts)}
    </div>`;
  }

  #acts(acts: readonly Act[], tooSoon = false): TemplateResult {
    return html`<div class="acts">
      ${acts.map(
        ({ part, text, do: act }) =>
          html`<button
            part=${part}
            type=${act ? 'button' : 'submit'}
            ?disabled=${tooSoon}
            aria-disabled=${text === 'starting'}
            @click=${act}
          >
            ${this.#texts.say(text)}
          </button>`,
      )}
    </div>`;
  }

  #size(rows: number, bytes: number): string {
    return `${this.#texts.say('rows', { n: rows })} · ${this.#texts.bytes(bytes)}`;
  }

  #headline(state: ExportButtonState): string {
    const texts = this.#texts;
    const { problem } = this.#session ?? {};
    if (problem !== undefined) {
      return texts.problem(problem.code, { time: texts.duration(problem.retryAfterSeconds) });
    }
    return state === 'idle' || state === 'error' ? '' : texts.say(state);
  }

  /** For those who do not see it: what begins and ends, and each quarter on the way. */
  #tellNews(state: ExportButtonState): void {
    const percent = this.#session?.current?.progress.percent ?? 0;
    const quarter = state === 'running' ? Math.floor(percent / 25) : 0;
    const of = state + String(quarter);
    if (of === this.#newsOf) return;
    this.#newsOf = of;
    if (!this.#used) return;
    this.#news = quarter > 0 ? this.#texts.percent(quarter * 25) : this.#headline(state);
  }

  #find(selector: string): HTMLElement | null {
    return this.#root.querySelector(selector);
  }

  readonly #onToggle = ({ newState }: ToggleEvent) => {
    this.#open = newState === 'open';
    if (!this.#open) {
      // The browser would give it back to the element, which takes none.
      if (this.#find('#panel:focus, #panel :focus') !== null) this.#find('#button')?.focus();
      return;
    }
    this.#used = true;
    this.#format = undefined;
    this.#place();
    this.#schedule();
    void this.#session?.prepare();
  };

  /** Below the button, or above it where there is more room; in the page, so that it scrolls along. */
  readonly #place = () => {
    const panel = this.#find('#panel');
    const button = this.#find('#button');
    if (!this.#open || panel === null || button === null) return;
    const { left, top, bottom } = button.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = panel;
    const high = offsetHeight + 2 * GAP_PX;
    const y = innerHeight - bottom < high && top > high ? top - offsetHeight - GAP_PX : bottom + GAP_PX;
    const x = Math.max(GAP_PX, Math.min(left, document.documentElement.clientWidth - offsetWidth - GAP_PX));
    panel.style.left = `${x + scrollX}px`;
    panel.style.top = `${y + scrollY}px`;
  };

  readonly #onStart = (event: Event) => {
    event.preventDefault();
    if (this.#format === undefined) return;
    const compression = this.#gzip && !this.#packed ? 'gzip' : 'none';
    void this.#session?.start({ format: this.#format, options: { compression } });
  };

  readonly #onAnew = () => {
    this.#format = undefined;
    return this.#session?.reset();
  };

  readonly #retry = async () => {
    await this.#session?.retry();
    if (this.#open) await this.#session?.prepare();
  };

  #emit<Name extends keyof ExportButtonEvents>(
    name: Name,
    detail: ExportButtonEvents[Name]['detail'],
  ): boolean {
    return this.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }
}

if (customElements.get('rowferry-export-button') === undefined) {
  customElements.define('rowferry-export-button', RowferryExportButton);
}

declare global {
  interface HTMLElementTagNameMap {
    'rowferry-export-button': RowferryExportButton;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merged into that of the browser
  interface HTMLElementEventMap extends ExportButtonEvents {}
}
