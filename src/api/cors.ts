import corsHeaders from 'cors';
import type { RequestHandler } from 'express';

/** What a page may read besides the body. */
const EXPOSED = [
  'Location',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Link',
  'WWW-Authenticate',
  'Idempotency-Replayed',
];
const ALLOWED = ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID', 'Rowferry-Subject'];
/** So long a browser need not ask again; more than two hours none of them takes. */
const MAX_AGE_SECONDS = 7200;

/**
 * Lets pages of these origins call what is behind it, and read the problems too. There are no cookies, so a page gets no
 * further than the credential that it has been given.
 */
export function cors(origins: readonly string[]): RequestHandler {
  if (origins.length === 0) return (_request, _response, next) => next();
  return corsHeaders({
    origin: origins.includes('*') ? '*' : [...origins],
    allowedHeaders: ALLOWED,
    exposedHeaders: EXPOSED,
    maxAge: MAX_AGE_SECONDS,
  });
}
