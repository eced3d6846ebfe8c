import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { Api } from './api.ts';
import type { Export, TokenSource } from './api.ts';
import { Choice } from './choice.ts';
import { icon } from './icons.ts';
import { Memory } from './memory.ts';
import { Session } from './session.ts';
import type { Strings } from './strings.ts';
import css from './styles.css';
import { Texts } from './texts.ts';
import { showView } from './view.ts';
import type { View } from './view.ts';
import { viewOf } from './view-of.ts';

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

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/**
 * `<rowferry-export-button>`: a button with a small panel that exports a dataset. docs/export-button.md describes it. Of lit
 * it uses the templates; the rest of lit would cost more bytes than it saves.
 */
export class RowferryExportButton extends HTMLElement {
  static observedAttributes = ['dataset', 'params', 'format', 'endpoint', 'email', 'no-email', 'lang'];

  readonly #root = this.attachShadow({ mode: 'open' });
  #session: Session | undefined;
  #choice: Choice | undefined;
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
    if (this.#session?.trouble?.code === 'unauthenticated') void this.#retry();
  }

  /** Parameters of the dataset; without them the attribute, as JSON. Any other text goes to the API, which says so. */
  get params(): Readonly<Record<string, unknown>> {
    const text = this.getAttribute('params') ?? '{}';
    let read: unknown = text;
    try {
      read = JSON.parse(text);
    } catch {
      // It goes as it is.
    }
    return this.#params ?? (read as Record<string, unknown>);
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
    const { trouble, asking, current } = this.#session ?? {};
    if (trouble !== undefined) return 'error';
    return asking === true ? 'starting' : (current?.status ?? 'idle');
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
      this.#choice?.suggest(this.getAttribute('format'));
      this.#place();
      // What had the focus may be gone; the keyboard goes on from the panel.
      if (hadFocus && this.#find(':focus') === null) this.#find('#panel')?.focus();
    }
    if (state === this.#told) return;
    this.#told = state;
    const { current, trouble } = this.#session ?? {};
    this.#emit('rowferry-state', { state, export: current });
    if (trouble !== undefined) this.#emit('rowferry-error', { code: trouble.code, message: trouble.message });
  }

  #begin(): void {
    this.#stale = false;
    this.#session?.close();
    this.#session = this.#choice = undefined;
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
    this.#choice = new Choice(session);
    void (this.#open ? session.prepare() : session.restore());
  }

  #render(state: ExportButtonState): TemplateResult {
    const texts = this.#texts;
    const session = this.#session;
    const busy = /^(starting|queued|running)$/.test(state);
    return html`<button id="button" part="button" popovertarget="panel" aria-haspopup="dialog">
        <slot name="icon">${icon(state)}</slot>
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
        ${session && this.#choice ? this.#body(session, this.#choice, state) : nothing}
      </div>`;
  }

  #body(session: Session, choice: Choice, state: ExportButtonState): TemplateResult {
    const texts = this.#texts;
    const { current, trouble } = session;
    if (trouble !== undefined) {
      const view: View = {
        headline: this.#headline(state),
        tone: 'failed',
        // Of a token there is nothing more to say to people.
        help: trouble.code === 'unauthenticated' ? '' : trouble.message,
        acts: [{ name: 'retry', do: this.#retry }],
      };
      return showView(view, texts);
    }
    if (current === undefined || state === 'starting') return choice.ask(texts, state === 'starting');
    return showView(viewOf(session, current, texts, this), texts);
  }

  #headline(state: ExportButtonState): string {
    const texts = this.#texts;
    const { trouble } = this.#session ?? {};
    if (trouble !== undefined) {
      return texts.problem(trouble.code, { time: texts.duration(trouble.retryAfterSeconds) });
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
      if (this.#find('#panel:focus-within') !== null) this.#find('#button')?.focus();
      return;
    }
    this.#used = true;
    this.#choice?.guess();
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
