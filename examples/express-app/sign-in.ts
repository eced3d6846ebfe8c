import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Pool } from 'pg';

interface User {
  id: number;
  name: string;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- merged into that of Express, whose types are a namespace
  namespace Express {
    interface Locals {
      user: User;
    }
  }
  // eslint-disable-next-line @typescript-eslint/no-namespace -- merged into that of cookie-session, whose types are a namespace
  namespace CookieSessionInterfaces {
    interface CookieSessionObject {
      userId?: number;
    }
  }
}

/** Stands for your own sign-in: it asks for no password. */
export function signInRouter(): Router {
  const router = Router();
  router.post('/sign-in', (request, response) => {
    request.session = { userId: Number((request.body as { user: string }).user) };
    response.redirect(303, '/');
  });
  router.post('/sign-out', (request, response) => {
    request.session = null;
    response.redirect(303, '/');
  });
  return router;
}

/** Lets those through who are signed in, as `response.locals.user`; the others are told by `otherwise`. */
export function signedIn(database: Pool, otherwise: RequestHandler): RequestHandler {
  return async (request, response, next) => {
    const { rows } = await database.query<User>('select id::int, name from users where id = $1', [
      request.session?.userId,
    ]);
    if (rows[0] === undefined) return void otherwise(request, response, next);
    response.locals.user = rows[0];
    next();
  };
}
