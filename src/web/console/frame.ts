import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { brand } from './brand.ts';
import { isAdmin } from './context.ts';
import type { Page } from './context.ts';
import { say } from './format.ts';
import { icon } from './parts.ts';
import { href } from './route.ts';
import type { Session } from './session.ts';
import type { Word } from './strings.ts';

interface Frame {
  session: Session;
  page: Page | undefined;
  /** Of the address. */
  parts: readonly string[];
  /** On narrow screens. */
  menuOpen: boolean;
  onMenu: () => void;
  onSignOut: () => void;
}

type Link = readonly [path: string, word: Word];
const forEverybody: readonly Link[] = [
  ['schedules', 'schedules'],
  ['limits', 'limits'],
  ['new', 'request'],
];
const forUsers: readonly Link[] = [['exports', 'mine'], ...forEverybody];
const forAdmins: readonly Link[] = [
  ['admin/exports', 'all'],
  ['admin/bulk', 'bulks'],
  ['admin/failures', 'failures'],
  ['admin/queue', 'queue'],
  ['admin/deliveries', 'deliveries'],
  ['admin/audit', 'audit'],
  ...forEverybody,
];

/** What is around each page: where one can go, who one is, the heading. */
export function frame({ session, page, parts, menuOpen, onMenu, onSignOut }: Frame): TemplateResult {
  const admin = isAdmin(session);
  const [first = 'exports'] = parts;
  const here = first === 'admin' ? parts.slice(0, 2).join('/') : first;
  const isList = (here === 'exports' && parts.length < 2) || here === 'admin/exports';
  const isHere = (path: string) =>
    path === here || (path === 'admin/exports' && admin && (here === 'exports' || here === 'sign-in'));
  const link = ([path, word]: Link) =>
    html`<li><a href=${href(path)} aria-current=${isHere(path) ? 'page' : nothing}>${say(word)}</a></li>`;
  return html`<a class="skip" href="#content" @click=${skip}>${say('skip')}</a>
    <header class="top">
      <a class="brand" href=${href('exports')}>${brand}${say('product')}</a>
      <button class="menu" aria-expanded=${menuOpen} aria-controls="pages" @click=${onMenu}>
        ${icon('menu')}${say('menu')}
      </button>
      <div id="pages" class=${menuOpen ? 'side open' : 'side'}>
        <nav aria-label=${say('navigation')}>
          <ul>
            ${(admin ? forAdmins : forUsers).map(link)}
          </ul>
        </nav>
        <div class="who">
          <p>
            <b>${session.subject}</b>
            <small>${say(admin ? 'admin' : 'user')}, ${say('tenant', { tenant: session.tenant })}</small>
          </p>
          <button class="small" @click=${onSignOut}>${say('signOut')}</button>
        </div>
      </div>
    </header>
    <main id="content" tabindex="-1">
      <div class="title">
        <h1>${page?.title ?? ''}</h1>
        ${isList ? html`<a class="button primary" href=${href('new')}>${say('request')}</a>` : nothing}
      </div>
      ${page?.render() ?? nothing}
    </main>`;
}

function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
