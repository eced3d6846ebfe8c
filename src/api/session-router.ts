import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Identity } from '../auth/identity.ts';
import type { Sessions } from '../db/sessions.ts';
import { AppError } from '../errors.ts';
import { actedBy } from './acted-by.ts';
import { identityOf } from './authenticate.ts';
import { onlyMethods } from './problem.ts';
import { clearSession, consoleSecret, setSession } from './session-cookie.ts';

/** What the console learns of who is signed in. */
interface SessionResource {
  tenant: string;
  subject: string;
  roles: readonly string[];
  scopes: readonly string[];
  email: string | null;
  /** Whether the page of the queue is for them. */
  queuePage: boolean;
}

/**
 * `/session`: signs a browser in and out of the console. Not part of the API, which other origins may be let into: here
 * they never are.
 */
export function sessionRouter(
  sessions: Sessions,
  { authenticated, seesQueue }: { authenticated: RequestHandler; seesQueue: (identity: Identity) => boolean },
): Router {
  const router = Router();
  const resource = (identity: Identity): SessionResource => {
    const { tenant, subject, roles, scopes, email = null } = identity;
    return { tenant, subject, roles, scopes, email, queuePage: seesQueue(identity) };
  };
  router.use('/session', authenticated, (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.get('/session', (request, response) => {
    response.json(resource(identityOf(request)));
  });
  router.post('/session', async (request, response) => {
    if (request.get('authorization') === undefined) {
      throw new AppError(
        'invalid_request',
        'Sign in with an API key or a token in the header Authorization.',
      );
    }
    const identity = inBrowser(identityOf(request));
    const { secret, expiresAt } = await sessions.begin(identity, actedBy(request, identity));
    setSession(response, secret, expiresAt);
    response.json(resource(identity));
  });
  router.delete('/session', async (request, response) => {
    const secret = consoleSecret(request);
    if (secret !== undefined) await sessions.end(secret, actedBy(request, identityOf(request)));
    clearSession(response);
    response.status(204).end();
  });
  router.all('/session', onlyMethods('DELETE', 'GET', 'POST'));
  return router;
}

/** Who was signed in on a user's behalf is that user, and never another: the right to choose stays with the back end. */
function inBrowser(identity: Identity): Identity {
  if (identity.askedBy === undefined) return identity;
  return { ...identity, scopes: identity.scopes.filter((scope) => scope !== 'act-as') };
}
