import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { Api, Problem, codeOf } from '../export-button/api.ts';
import { auditPage } from './audit-page.ts';
import { bulkNewPage } from './bulk-new-page.ts';
import { bulkPage } from './bulk-page.ts';
import { bulksPage } from './bulks-page.ts';
import { isAdmin } from './context.ts';
import type { Context, Page } from './context.ts';
import { deliveriesPage } from './deliveries-page.ts';
import { exportPage } from './export-page.ts';
import { exportsPage } from './exports-page.ts';
import { failuresPage } from './failures-page.ts';
import { say, sayOr } from './format.ts';
import { limitsPage } from './limits-page.ts';
import { newPage } from './new-page.ts';
import { icon, refusal } from './parts.ts';
import { queuePage } from './queue-page.ts';
import { href, readRoute } from './route.ts';
import { schedulesPage } from './schedules-page.ts';
import { currentSession, signIn, signOut } from './session.ts';
import type { Session } from './session.ts';
import type { Word } from './strings.ts';

const root = document.getElementById('console');
const TOLD_MS = 6000;

type SignInState = 'idle' | 'busy' | 'over' | 'refused' | 'link-refused' | 'too-many' | 'away';
const signInWords: Readonly<Partial<Record<SignInState, Word>>> = {
  over: 'sessionOver',
  refused: 'signInRefused',
  'link-refused': 'linkRefused',
  'too-many': 'tooManyFailures',
  away: 'network',
};

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
let question: { title: string; help: string; act: string; answer: (yes: boolean) => void } | undefined;

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
  render(session ? frame(session) : session === null ? signInPage() : waiting(), root);
  const title = session ? page?.title : session === null ? say('signIn') : undefined;
  document.title = title === undefined ? say('product') : `${title} · ${say('product')}`;
  const dialog = root.querySelector('dialog');
  if (question !== undefined && dialog?.open === false) dialog.showModal();
}

/** Ends what the page does; what it asks is not answered any more. */
function leavePage(): void {
  left.abort();
  question?.answer(false);
  question = undefined;
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
  page = pageOf({ api, session, route, signal, ...act, go });
  update();
}

function pageOf(context: Context): Page {
  const [first = 'exports', second, third] = context.route.parts;
  const admin = isAdmin(context.session);
  if (first === 'exports' && second !== undefined)
    return exportPage(context, second, { fetchFile: third === 'file' });
  if (first === 'exports' || first === 'sign-in') return exportsPage(context, { all: admin });
  if (first === 'new') return newPage(context);
  if (first === 'schedules') return schedulesPage(context);
  if (first === 'limits') return limitsPage(context);
  const make = first === 'admin' ? adminPages[second ?? ''] : undefined;
  if (make === undefined) return refused(new Problem('not_found'), 'notFound');
  return admin ? make(context) : refused(new Problem('forbidden'), 'forbidden');
}

const adminPages: Readonly<Record<string, (context: Context) => Page>> = {
  exports: (context) => exportsPage(context, { all: true }),
  failures: failuresPage,
  bulk: (context) => {
    const [, , which] = context.route.parts;
    if (which === undefined) return bulksPage(context);
    return which === 'new' ? bulkNewPage(context) : bulkPage(context, which);
  },
  queue: queuePage,
  deliveries: deliveriesPage,
  audit: auditPage,
};

function refused(problem: Problem, title: Word): Page {
  return { title: say(title), render: () => refusal(problem, open) };
}

function links(
  of: Session,
): (readonly [group: Word, pages: readonly (readonly [path: string, word: Word])[]])[] {
  const everybody = [
    ['schedules', 'schedules'],
    ['limits', 'limits'],
    ['new', 'request'],
  ] as const;
  if (!isAdmin(of)) return [['mine', [['exports', 'mine'], ...everybody]]];
  return [
    [
      'administration',
      [
        ['admin/exports', 'all'],
        ['admin/bulk', 'bulks'],
        ['admin/failures', 'failures'],
        ['admin/queue', 'queue'],
        ['admin/deliveries', 'deliveries'],
        ['admin/audit', 'audit'],
        ...everybody,
      ],
    ],
  ];
}

function frame(of: Session): TemplateResult {
  const { parts } = readRoute(location.hash);
  const here = parts[0] === 'admin' ? parts.slice(0, 2).join('/') : (parts[0] ?? 'exports');
  const isHere = (path: string) =>
    path === here || (path === 'admin/exports' && isAdmin(of) && (here === 'exports' || here === 'sign-in'));
  const title = page?.title ?? '';
  return html`<a class="skip" href="#content" @click=${skip}>${say('skip')}</a>
    <header class="top">
      <a class="brand" href=${href('exports')}>${brand}${say('product')}</a>
      <button
        class="menu"
        aria-expanded=${menuOpen}
        aria-controls="pages"
        @click=${() => {
          menuOpen = !menuOpen;
          update();
        }}
      >
        ${icon('menu')}${say('menu')}
      </button>
      <div id="pages" class=${menuOpen ? 'side open' : 'side'}>
        <nav aria-label=${say('navigation')}>
          ${links(of).map(
            ([, pages]) =>
              html`<ul>
                ${pages.map(
                  ([path, word]) =>
                    html`<li>
                      <a href=${href(path)} aria-current=${isHere(path) ? 'page' : nothing}>${say(word)}</a>
                    </li>`,
                )}
              </ul>`,
          )}
        </nav>
        <div class="who">
          <p>
            <b>${of.subject}</b>
            <small>${say(isAdmin(of) ? 'admin' : 'user')}, ${say('tenant', { tenant: of.tenant })}</small>
          </p>
          <button class="small" @click=${out}>${say('signOut')}</button>
        </div>
      </div>
    </header>
    <main id="content" tabindex="-1">
      <div class="title">
        <h1>${title}</h1>
        ${
          /^(exports|admin\/exports)$/.test(here) && (parts[0] === 'admin' || parts.length < 2)
            ? html`<a class="button primary" href=${href('new')}>${say('request')}</a>`
            : nothing
        }
      </div>
      ${page?.render() ?? nothing}
    </main>
    <p class=${told === '' ? 'toast' : 'toast shown'} role="status">${told}</p>
    ${question === undefined ? nothing : dialog(question)}`;
}

const brand = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M3 15.5h18l-2.5 4H5.5zM6 12.5h12M8 9.5h8M10 6.5h4" />
</svg>`;

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function dialog({ title, help, act: name, answer }: NonNullable<typeof question>): TemplateResult {
  const close = (yes: boolean) => {
    question = undefined;
    answer(yes);
    update();
  };
  return html`<dialog aria-labelledby="question" @close=${() => question !== undefined && close(false)}>
    <h2 id="question">${title}</h2>
    <p>${help}</p>
    <div class="acts">
      <button autofocus @click=${() => close(false)}>${say('cancelQuestion')}</button>
      <button class="danger" @click=${() => close(true)}>${name}</button>
    </div>
  </dialog>`;
}

function waiting(): TemplateResult {
  if (startProblem !== undefined) return html`<main>${refusal(startProblem, () => start())}</main>`;
  return html`<main class="waiting" role="status" aria-label=${say('loading')}></main>`;
}

function signInPage(): TemplateResult {
  const word = signInWords[signInState];
  const forFile = readRoute(location.hash).parts[2] === 'file';
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
        aria-invalid=${signInState === 'refused'}
      />
      <p id="credential-help" class="muted">${say('credentialHelp')}</p>
      <p class="wrong" role="alert">${word === undefined ? nothing : say(word)}</p>
      <button class="primary" ?disabled=${signInState === 'busy'}>
        ${say(signInState === 'busy' ? 'signingIn' : 'signIn')}
      </button>
    </form>
  </main>`;
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  const credential = new FormData(form).get('credential');
  if (typeof credential === 'string') void enter(credential, 'refused');
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

addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) void start();
  else {
    open();
    scrollTo(0, 0);
    // A page that was opened is read from its beginning; the keyboard goes on from there.
    if (session) document.getElementById('content')?.focus({ preventScroll: true });
    update();
  }
});
void start();
