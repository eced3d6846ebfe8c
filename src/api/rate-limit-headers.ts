import type { LimitState } from '../db/request-limits.ts';
import { HeadedProblem } from './problem.ts';

/** Units that the draft knows; another is left out, and the name of the limit says it. */
const UNITS: readonly LimitState['unit'][] = ['requests', 'content-bytes', 'concurrent-requests'];

/** `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers-08. */
export function rateLimitHeaders(
  limits: readonly LimitState[],
): Readonly<Record<'RateLimit-Policy' | 'RateLimit', string>> {
  const policies = limits.map(({ name, quota, unit, windowSeconds }) =>
    [
      `"${name}"`,
      `q=${quota}`,
      ...(UNITS.includes(unit) ? [`qu="${unit}"`] : []),
      ...(windowSeconds === null ? [] : [`w=${windowSeconds}`]),
    ].join(';'),
  );
  const states = limits.map(({ name, remaining, resetSeconds, windowSeconds }) =>
    [`"${name}"`, `r=${remaining}`, ...(windowSeconds === null ? [] : [`t=${resetSeconds}`])].join(';'),
  );
  return { 'RateLimit-Policy': policies.join(', '), RateLimit: states.join(', ') };
}

/** Says which limit, and when to come back. */
export function limitReached(
  { name, text, quota, resetSeconds }: LimitState,
  all: readonly LimitState[],
): HeadedProblem {
  return new HeadedProblem('limit_reached', `${text} Come back in ${resetSeconds} seconds.`, {
    details: { limit: { name, quota }, retryAfterSeconds: resetSeconds },
    headers: rateLimitHeaders(all),
  });
}
