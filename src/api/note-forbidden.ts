import type { ErrorRequestHandler } from 'express';
import { AppError } from '../errors.ts';
import { actedBy } from './acted-by.ts';
import { knownIdentity } from './authenticate.ts';
import type { RefusedActs } from './refused-acts.ts';

const MAX_TEXT = 300;

/** Notes each request that somebody known may not make. */
export function noteForbidden(refusedActs: RefusedActs): ErrorRequestHandler {
  return (error: unknown, request, _response, next) => {
    const identity = knownIdentity(request);
    if (identity !== undefined && error instanceof AppError && error.code === 'forbidden') {
      const { method, path } = request;
      refusedActs.note({
        tenant: identity.tenant,
        by: actedBy(request, identity),
        act: 'access.forbidden',
        details: { method, path: path.slice(0, MAX_TEXT), reason: error.message.slice(0, MAX_TEXT) },
      });
    }
    next(error);
  };
}
