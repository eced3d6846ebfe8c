import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';

const WARNING = 'M10 5v6m0 3v.5';
const DOWNLOAD = 'M10 3v9m0 0 3.5-3.5M10 12 6.5 8.5M4 15.5h12';
const icons: Readonly<Record<string, string>> = {
  completed: 'm4.5 10.5 3.5 3.5 7.5-8',
  failed: WARNING,
  error: WARNING,
  close: 'm5.5 5.5 9 9m0-9-9 9',
};

/** Of a state, or `close`; where there is none of its own, that of the button. */
export function icon(name: string): TemplateResult {
  return html`<svg viewBox="0 0 20 20" aria-hidden="true"><path d=${icons[name] ?? DOWNLOAD} /></svg>`;
}
