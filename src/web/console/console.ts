import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { Api, Problem, codeOf } from '../export-button/api.ts';
import type { Context, Page } from './context.ts';
import { dialog } from './dialog.ts';
import type { Question } from './dialog.ts';
import { say, sayOr } from './format.ts';
import { frame } from './frame.ts';
import { pageOf } from './page-of.ts';
import { refusal } from './parts.ts';
import { href, readRoute } from './route.ts';
import { currentSession, signIn, signOut } from './session.ts';
import type { Session } from './session.ts';
import { signInPage } from './sign-in-page.ts';
import type { SignInState } from './sign-in-page.ts';

const root = document.getElementById('console');
const TOLD_MS = 6000;

/** Undefined: not known yet. Null: nobody. */
let session: Session | null | undefined;
let signInState: SignInState = 'idle';
let startProblem: Problem | undefined;
let page: Page | undefined;
let left = new AbortController();
let due = false;
let menuOpen = false;
let told = '';
let toldTimer: ReturnType<typeof setTimeout> | undefined;
let question: (Question & { answer: (yes: boolean) => void }) | undefined;

/** A refused session has ended, in another tab or by its time. */
const api = new Api('', () => ({ refused }) => {
  if (refused) leave('over');
  return null;
});

function update(): void {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    draw();
  });
}

function draw(): void {
  if (root === null) return;
  render(session ? shown(session) : session === null ? entrance() : waiting(), root);
  const title = session ? page?.title : session === null ? say('signIn') : undefined;
  document.title = title === undefined ? say('product') : `${title} · ${say('product')}`;
  const dialog = root.querySelector('dialog');
  if (question !== undefined && dialog?.open === false) dialog.showModal();
}

/** Ends what the page does; what it asks is not answered any more. */
function leavePage(): void {
  left.abort();
  answerQuestion(false);
}

function answerQuestion(yes: boolean): void {
  const asked = question;
  question = undefined;
  asked?.answer(yes);
  update();
}

function leave(state: SignInState): void {
  leavePage();
  page = undefined;
  session = null;
  signInState = state;
  update();
}

function tell(text: string): void {
  told = text;
  clearTimeout(toldTimer);
  toldTimer = setTimeout(() => {
    told = '';
    update();
  }, TOLD_MS);
  update();
}

const act: Pick<Context, 'update' | 'go' | 'tell' | 'confirm' | 'attempt'> = {
  update,
  tell,
  go(to, { replace = false } = {}) {
    if (!replace) location.hash = to;
    else {
      history.replaceState(null, '', to);
      update();
    }
  },
  confirm: (asked) =>
    new Promise((resolve) => {
      question?.answer(false);
      question = { ...asked, answer: resolve };
      update();
    }),
  async attempt(what) {
    try {
      await what();
      return true;
    } catch (error) {
      if (error instanceof DOMException) return false;
      const message = error instanceof Problem ? error.message : String(error);
      tell(message || sayOr(codeOf(error), say('problem')));
      return false;
    }
  },
};

function open(): void {
  if (!session) return;
  leavePage();
  left = new AbortController();
  menuOpen = false;
  const route = readRoute(location.hash);
  const { signal } = left;
  // An answer that comes late takes nobody away from where they are by then.
  const go: Context['go'] = (to, options) => {
    if (!signal.aborted) act.go(to, options);
  };
  page = pageOf({ api, session, route, signal, ...act, go }, open);
  update();
}

function shown(of: Session): TemplateResult {
  const { parts } = readRoute(location.hash);
  const onMenu = () => {
    menuOpen = !menuOpen;
    update();
  };
  return html`${frame({ session: of, page, parts, menuOpen, onMenu, onSignOut: () => void out() })}
    <p class=${told === '' ? 'toast' : 'toast shown'} role="status">${told}</p>
    ${question === undefined ? nothing : dialog(question, answerQuestion)}`;
}

function entrance(): TemplateResult {
  const forFile = readRoute(location.hash).parts[2] === 'file';
  const onCredential = (credential: string) => void enter(credential, 'refused');
  return signInPage({ state: signInState, forFile, onCredential });
}

function waiting(): TemplateResult {
  if (startProblem !== undefined) return html`<main>${refusal(startProblem, () => start())}</main>`;
  return html`<main class="waiting" role="status" aria-label=${say('loading')}></main>`;
}

/** @param refusedAs what to say when the credential is not taken */
async function enter(credential: string, refusedAs: SignInState): Promise<void> {
  signInState = 'busy';
  update();
  try {
    session = await signIn(credential);
    signInState = 'idle';
    open();
  } catch (error) {
    const code = codeOf(error);
    session = null;
    signInState = code === 'too_many_failures' ? 'too-many' : code === 'unauthenticated' ? refusedAs : 'away';
    update();
  }
}

async function out(): Promise<void> {
  if (await act.attempt(() => signOut())) leave('idle');
}

/** A link to sign in has the credential behind its `#`, which is never sent; the address forgets it at once. */
function linkedCredential(): string | undefined {
  const hash = location.hash.slice(1);
  if (!hash.startsWith('token=')) return undefined;
  const given = new URLSearchParams(hash);
  const to = given.get('to') ?? '';
  history.replaceState(null, '', href(to.replace(/^\/+/, '')));
  return given.get('token') ?? undefined;
}

async function start(): Promise<void> {
  startProblem = undefined;
  const credential = linkedCredential();
  if (credential !== undefined) return enter(credential, 'link-refused');
  try {
    session = (await currentSession()) ?? null;
    open();
  } catch (error) {
    startProblem = error instanceof Problem ? error : new Problem('problem', String(error));
  }
  update();
}

addEventListener('hashchange', ({ oldURL, newURL }) => {
  if (location.hash.startsWith('#token=')) void start();
  else {
    open();
    update();
    const pathOf = (url: string) => readRoute(new URL(url).hash).parts.join('/');
    const filter = document.activeElement?.closest('form.filters label') ?? null;
    // Who sets a filter goes on there.
    if (filter !== null && pathOf(oldURL) === pathOf(newURL)) return;
    scrollTo(0, 0);
    // A page that was opened is read from its beginning; the keyboard goes on from there.
    if (session) document.getElementById('content')?.focus({ preventScroll: true });
  }
});
void start();
