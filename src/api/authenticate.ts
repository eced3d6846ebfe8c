import type { Request, RequestHandler } from 'express';
import type { ApiKeys, Identity } from '../db/api-keys.ts';
import { AppError } from '../errors.ts';

const identities = new WeakMap<Request, Identity>();
/** Longer than any key we make; whatever is longer is not looked up. */
const MAX_KEY_LENGTH = 128;

/** Lets a request pass whose `Authorization: Bearer` names a living API key. */
export function authenticate(apiKeys: ApiKeys): RequestHandler {
  return async (request, _response, next) => {
    const [scheme, key, ...rest] = (request.get('authorization') ?? '').split(' ');
    const wellFormed =
      scheme?.toLowerCase() === 'bearer' && key && key.length <= MAX_KEY_LENGTH && rest.length === 0;
    const identity = wellFormed ? await apiKeys.identify(key) : undefined;
    if (identity === undefined) {
      throw new AppError('unauthenticated', 'Send an API key as `Authorization: Bearer <key>`.');
    }
    identities.set(request, identity);
    next();
  };
}

/** Who the request comes from; only behind {@link authenticate}. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (identity === undefined) throw new Error('the route is not behind authenticate()');
  return identity;
}
