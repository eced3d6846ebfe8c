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
  // A dialog that is closed gives the focus back to what had it; one that is only taken away does not.
  const close = (event: Event, yes: boolean) => {
    (event.currentTarget as HTMLElement).closest('dialog')?.close();
    answer(yes);
  };
  // The browser says so in a task of its own; by then the same dialog may ask anew, or be gone with its answer.
  const closed = ({ currentTarget }: Event) => {
    const { open, isConnected } = currentTarget as HTMLDialogElement;
    if (isConnected && !open) answer(false);
  };
  return html`<dialog aria-labelledby="question" @close=${closed}>
    <h2 id="question">${title}</h2>
    <p>${help}</p>
    <div class="acts">
      <button autofocus @click=${(event: Event) => close(event, false)}>${say('cancelQuestion')}</button>
      <button class="danger" @click=${(event: Event) => close(event, true)}>${act}</button>
    </div>
  </dialog>`;
}
