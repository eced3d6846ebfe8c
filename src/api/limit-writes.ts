import type { RequestHandler } from 'express';
import { highestRole } from '../auth/identity.ts';
import { identityOf, scopeOf } from './authenticate.ts';
import { MinuteCounts } from './minute-counts.ts';
import { limitReached } from './rate-limit-headers.ts';

/** Writing requests that one process takes in a minute. */
export interface WritesPerMinute {
  /** Of one subject in one role. Who is acted for counts, not who acts. */
  subject: number;
  /** Of all subjects of one tenant together. */
  tenant: number;
}

/**
 * Refuses writing requests that are too many, before their bodies are read; only behind `authenticate`. What is refused
 * is not counted: one subject who does not stop uses up nothing of the others, and no more names are kept than requests
 * are taken.
 */
export function limitWrites(perMinute: WritesPerMinute): RequestHandler {
  const counts = new MinuteCounts();
  return (request, _response, next) => {
    if (scopeOf(request) === 'write') {
      const identity = identityOf(request);
      // No tenant has a space in it, so no two of these are alike.
      const names = {
        subject: `${identity.tenant} ${highestRole(identity)} ${identity.subject}`,
        tenant: identity.tenant,
      };
      for (const holder of ['subject', 'tenant'] as const) {
        if (counts.of(names[holder]) >= perMinute[holder]) {
          throw tooMany(holder, perMinute[holder], counts.secondsLeft());
        }
      }
      counts.add(names.subject);
      counts.add(names.tenant);
    }
    next();
  };
}

function tooMany(holder: keyof WritesPerMinute, quota: number, resetSeconds: number) {
  const state = {
    name: `${holder}-writes-minute`,
    text: `A ${holder} may send ${quota} writing requests a minute; reading goes on.`,
    quota,
    remaining: 0,
    unit: 'requests',
    windowSeconds: 60,
    resetSeconds,
  } as const;
  return limitReached(state, [state]);
}
