import { Router } from 'express';
import type { RequestHandler } from 'express';
import { DEFAULT_TENANT } from '../auth/identity.ts';
import type { Identity } from '../auth/identity.ts';
import type { Sessions } from '../db/sessions.ts';
import { AppError } from '../errors.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import { sessionSecret } from './session-cookie.ts';

export type QueuePageMode = 'off' | 'read-only' | 'full';

const QUEUE_PAGE = '/queue';
/** Its placeholders of numbers are styled by their attributes. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/** Jobs are not kept apart by tenant, so the page is for who runs the installation. */
export function mayOpenQueuePage({ tenant, roles, scopes }: Identity, mode: QueuePageMode): boolean {
  const enough = mode === 'full' ? scopes.includes('write') : mode === 'read-only';
  return enough && tenant === DEFAULT_TENANT && roles.includes('admin') && scopes.includes('read');
}

/** bull-board, which shows the jobs of either backend. */
export function queuePage(queue: ExportQueue, sessions: Sessions, mode: QueuePageMode): Router {
  const router = Router();
  if (mode === 'off') return router;
  let board: Promise<RequestHandler> | undefined;
  router.use(QUEUE_PAGE, guard(sessions, mode), withoutOthers, async (request, response, next) => {
    const handle = await (board ??= openBoard(queue, mode));
    handle(request, response, next);
  });
  return router;
}

/** Loaded when somebody looks at it, and not with every API that starts. */
async function openBoard(queue: ExportQueue, mode: QueuePageMode): Promise<RequestHandler> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/express'),
  ]);
  const adapter = new ExpressAdapter().setBasePath(QUEUE_PAGE);
  const readOnlyMode = mode === 'read-only';
  createBullBoard({
    queues: queue.bullQueues().map((one) => new BullMQAdapter(one, { readOnlyMode })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'rowferry queue', hideRedisDetails: true } },
  });
  return adapter.getRouter() as RequestHandler;
}

/** Its own scripts send no header of ours: reading does no harm, and changing has to come from our own origin. */
function guard(sessions: Sessions, mode: QueuePageMode): RequestHandler {
  return async (request, response, next) => {
    const verdict = await sessions.identify(sessionSecret(request) ?? '');
    if (verdict.outcome !== 'valid') {
      response.redirect(303, '/#/sign-in');
      return;
    }
    if (!mayOpenQueuePage(verdict.identity, mode)) {
      throw new AppError('forbidden', `The page of the queue is for admins of the tenant ${DEFAULT_TENANT}.`);
    }
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && mode !== 'full') {
      throw new AppError('forbidden', 'The page of the queue is read-only (CONSOLE_QUEUE_PAGE).');
    }
    if (!reads && !isOwnOrigin(request.get('origin'), request.get('host'))) {
      throw new AppError('forbidden', 'Jobs are changed from the page of the queue itself alone.');
    }
    next();
  };
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** The page would load a font from elsewhere, and brings styles that our policy refuses. */
const withoutOthers: RequestHandler = (_request, response, next) => {
  response.set('Content-Security-Policy', POLICY);
  const send = response.send.bind(response);
  response.send = (body: unknown) =>
    send(
      typeof body === 'string' && /^<!doctype/i.test(body)
        ? body.replaceAll(/<link href="https:[^>]*>|<style>[^]*?<\/style>/g, '')
        : body,
    );
  next();
};
