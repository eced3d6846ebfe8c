import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { icon } from './icons.ts';
import type { Strings } from './strings.ts';
import type { Texts } from './texts.ts';

/** A button of the panel; the last one is what most people want. */
export interface Act {
  name: Extract<keyof Strings, 'anew' | 'cancel' | 'download' | 'email' | 'retry' | 'start'>;
  /** Without it, it submits its form. */
  do?: () => unknown;
  /** What it says, where that is not its name. */
  text?: keyof Strings;
  /** There is nothing yet that it could be done to. */
  tooSoon?: boolean;
}

/** What the panel shows once there is something to tell. */
export interface View {
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

export function showView(
  { headline, tone, percent, figures, note, help, told, acts }: View,
  texts: Texts,
): TemplateResult {
  return html`<div class="main">
    <p class="headline ${tone ?? ''}">
      ${tone === undefined ? nothing : icon(tone)}<span id="status">${headline}</span>
      ${percent == null ? nothing : texts.percent(percent)}
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
    ${told === undefined ? nothing : html`<p part="told" role="status">${told}</p>`} ${showActs(acts, texts)}
  </div>`;
}

export function showActs(acts: readonly Act[], texts: Texts): TemplateResult {
  return html`<div class="acts">
    ${acts.map(
      ({ name, do: act, text = name, tooSoon }) =>
        html`<button
          part=${name}
          type=${act ? 'button' : 'submit'}
          ?disabled=${tooSoon}
          aria-disabled=${text === 'starting'}
          @click=${act}
        >
          ${texts.say(text)}
        </button>`,
    )}
  </div>`;
}
