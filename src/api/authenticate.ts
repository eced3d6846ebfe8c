import type { Request, RequestHandler, Response } from 'express';
import type { Identity, Scope, Verdict } from '../auth/identity.ts';
import type { TokenVerifier } from '../auth/tokens.ts';
import { KEY_PREFIX } from '../db/api-keys.ts';
import type { ApiKeys } from '../db/api-keys.ts';
import type { Sessions } from '../db/sessions.ts';
import { AppError } from '../errors.ts';
import { actFor } from './act-for.ts';
import { originOf } from './acted-by.ts';
import type { RefusedActs } from './refused-acts.ts';
import type { FailedLogins } from './failed-logins.ts';
import { consoleSecret } from './session-cookie.ts';

export interface AuthenticateOptions {
  apiKeys: ApiKeys;
  /** Undefined: no tokens are taken. */
  verifyToken: TokenVerifier | undefined;
  sessions: Sessions;
  failedLogins: FailedLogins;
  refusedActs: RefusedActs;
}

const identities = new WeakMap<Request, Identity>();
/** Longer than any key we make, and than tokens usually are; whatever is longer is not looked at. */
const MAX_KEY_LENGTH = 128;
const MAX_TOKEN_LENGTH = 8192;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Lets a request pass whose `Authorization: Bearer` is a living API key or a token that holds, and may do this; without
 * that header, one of the console from a browser that is signed in.
 *
 * @param anyScope true: scopes do not matter here
 */
export function authenticate(options: AuthenticateOptions, { anyScope = false } = {}): RequestHandler {
  const { failedLogins, sessions } = options;
  return async (request, response, next) => {
    const secret = request.get('authorization') === undefined ? consoleSecret(request) : undefined;
    const credential = bearerOf(request);
    if (credential === undefined && secret === undefined) throw unauthenticated(response);
    failedLogins.refuseGuessers(request);
    const verdict =
      secret === undefined ? await judge(credential ?? '', options) : await sessions.identify(secret);
    if (verdict.outcome !== 'valid') {
      noteFailure(request, verdict, options);
      throw unauthenticated(response, verdict.detail);
    }
    // Known from here on, so that what is forbidden to them is noted as theirs.
    identities.set(request, verdict.identity);
    if (!anyScope) checkScope(request, verdict.identity);
    identities.set(request, actFor(request, verdict.identity));
    next();
  };
}

/** A key that is not good any more is its tenant's to know of; guesses, once an address is refused for them, ours. */
function noteFailure(
  request: Request,
  verdict: Exclude<Verdict, { outcome: 'valid' }>,
  { failedLogins, refusedActs }: AuthenticateOptions,
): void {
  const origin = originOf(request);
  if (verdict.signed === true) return;
  if (verdict.outcome === 'invalid') {
    const isLast = failedLogins.count(request);
    if (!isLast) return;
    refusedActs.note({ tenant: null, by: { kind: 'unknown', ...origin }, act: 'access.address_refused' });
  } else if (verdict.key !== undefined) {
    const { tenant, ...rest } = verdict.key;
    refusedActs.note({
      tenant,
      by: { kind: 'key', ...rest, ...origin },
      act: 'access.key_refused',
      object: { kind: 'key', id: rest.keyId },
      details: { reason: verdict.outcome },
    });
  }
}

/** Who the request comes from, where that is known by now. */
export function knownIdentity(request: Request): Identity | undefined {
  return identities.get(request);
}

/** Who the request comes from; only behind {@link authenticate}. */
export function identityOf(request: Request): Identity {
  const identity = identities.get(request);
  if (identity === undefined) throw new Error('the route is not behind authenticate()');
  return identity;
}

/** One rule for every address below `/v1`, so that a new one cannot forget it. */
function checkScope(request: Request, { scopes }: Identity): void {
  const scope = scopeOf(request);
  if (!scopes.includes(scope)) {
    throw new AppError('forbidden', `${request.method} needs an API key with the scope ${scope}.`);
  }
}

/** What a request needs, by its method. */
export function scopeOf({ method }: Pick<Request, 'method'>): Scope {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

function bearerOf(request: Request): string | undefined {
  const [scheme, credential, ...rest] = (request.get('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && credential && rest.length === 0 ? credential : undefined;
}

async function judge(credential: string, { apiKeys, verifyToken }: AuthenticateOptions): Promise<Verdict> {
  if (credential.startsWith(KEY_PREFIX) && credential.length <= MAX_KEY_LENGTH) {
    return apiKeys.identify(credential);
  }
  if (verifyToken !== undefined && credential.length <= MAX_TOKEN_LENGTH && TOKEN.test(credential)) {
    return verifyToken(credential);
  }
  return { outcome: 'invalid', detail: 'That is neither an API key nor a token that is taken here.' };
}

/** With the challenge of RFC 6750, which tells a client whether another credential would help. */
function unauthenticated(response: Response, detail?: string): AppError {
  const realm = 'Bearer realm="rowferry"';
  // Header text is ASCII.
  const description = detail?.replaceAll('’', "'").replaceAll(/[^ !#-[\]-~]/g, '');
  response.set(
    'WWW-Authenticate',
    description === undefined ? realm : `${realm}, error="invalid_token", error_description="${description}"`,
  );
  const advice = 'Send an API key or a token as `Authorization: Bearer <key>`.';
  return new AppError('unauthenticated', detail === undefined ? advice : `${detail} ${advice}`);
}
