import type { TemplateResult } from 'lit/html.js';
import type { Api } from '../export-button/api.ts';
import type { Route } from './route.ts';
import type { Session } from './session.ts';

/** What every page is given. */
export interface Context {
  api: Api;
  session: Session;
  route: Route;
  /** Aborts when somebody leaves the page. */
  signal: AbortSignal;
  /** Something of what the page shows is different now. */
  update: () => void;
  /** Opens another address; with `replace`, in the place of this one. */
  go: (to: string, options?: { replace?: boolean }) => void;
  /** Tells what came of an act, to eyes and ears. */
  tell: (text: string) => void;
  /** Resolves to whether somebody really wants it. */
  confirm: (question: { title: string; help: string; act: string }) => Promise<boolean>;
  /** Runs what may fail; then it is told why, and false comes back. */
  attempt: (act: () => Promise<unknown>) => Promise<boolean>;
}

export interface Page {
  /** Of the window and of its heading. */
  title: string;
  render: () => TemplateResult;
}

export function isAdmin({ roles }: Session): boolean {
  return roles.includes('admin');
}
