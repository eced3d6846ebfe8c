import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { say } from './format.ts';

export interface Question {
  title: string;
  help: string;
  /** On the button that says yes. */
  act: string;
}

/** Asks before what cannot be undone; `answer` is called each time it is closed. */
export function dialog({ title, help, act }: Question, answer: (yes: boolean) => void): TemplateResult {
  return html`<dialog aria-labelledby="question" @close=${() => answer(false)}>
    <h2 id="question">${title}</h2>
    <p>${help}</p>
    <div class="acts">
      <button autofocus @click=${() => answer(false)}>${say('cancelQuestion')}</button>
      <button class="danger" @click=${() => answer(true)}>${act}</button>
    </div>
  </dialog>`;
}
