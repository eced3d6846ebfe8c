import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { brand } from './brand.ts';
import { say } from './format.ts';
import type { Word } from './strings.ts';

export type SignInState = 'idle' | 'busy' | 'over' | 'refused' | 'link-refused' | 'too-many' | 'away';

const words: Readonly<Partial<Record<SignInState, Word>>> = {
  over: 'sessionOver',
  refused: 'signInRefused',
  'link-refused': 'linkRefused',
  'too-many': 'tooManyFailures',
  away: 'network',
};

interface SignIn {
  state: SignInState;
  /** They came by the link of a message. */
  forFile: boolean;
  onCredential: (credential: string) => void;
}

/** Asks for a key or a token, and says why the last one was not taken. */
export function signInPage({ state, forFile, onCredential }: SignIn): TemplateResult {
  const word = words[state];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const credential = new FormData(event.currentTarget as HTMLFormElement).get('credential');
    if (typeof credential === 'string') onCredential(credential);
  };
  return html`<main class="sign-in">
    <p class="brand">${brand}${say('product')}</p>
    <h1>${say('signIn')}</h1>
    <p>${say(forFile ? 'signInForFile' : 'signInLead')}</p>
    <form @submit=${submit}>
      <label for="credential">${say('credential')}</label>
      <input
        id="credential"
        name="credential"
        type="password"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        required
        autofocus
        aria-describedby="credential-help"
        aria-invalid=${state === 'refused'}
      />
      <p id="credential-help" class="muted">${say('credentialHelp')}</p>
      <p class="wrong" role="alert">${word === undefined ? nothing : say(word)}</p>
      <button class="primary" ?disabled=${state === 'busy'}>
        ${say(state === 'busy' ? 'signingIn' : 'signIn')}
      </button>
    </form>
  </main>`;
}
