import { Problem } from '../export-button/api.ts';
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
import { say } from './format.ts';
import { limitsPage } from './limits-page.ts';
import { newPage } from './new-page.ts';
import { refusal } from './parts.ts';
import { queuePage } from './queue-page.ts';
import { schedulesPage } from './schedules-page.ts';
import type { Word } from './strings.ts';

/** The page of an address, or why there is none; `again` opens it once more. */
export function pageOf(context: Context, again: () => void): Page {
  const [first = 'exports', second, third] = context.route.parts;
  const admin = isAdmin(context.session);
  if (first === 'exports' && second !== undefined)
    return exportPage(context, second, { fetchFile: third === 'file' });
  if (first === 'exports' || first === 'sign-in') return exportsPage(context, { all: admin });
  if (first === 'new') return newPage(context);
  if (first === 'schedules') return schedulesPage(context);
  if (first === 'limits') return limitsPage(context);
  const make = first === 'admin' ? adminPages[second ?? ''] : undefined;
  if (make === undefined) return refused(new Problem('not_found'), 'notFound', again);
  return admin ? make(context) : refused(new Problem('forbidden'), 'forbidden', again);
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

function refused(problem: Problem, title: Word, again: () => void): Page {
  return { title: say(title), render: () => refusal(problem, again) };
}
