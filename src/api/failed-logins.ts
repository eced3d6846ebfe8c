import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { MinuteCounts } from './minute-counts.ts';

/**
 * Counts the guesses of each address, in this process. What was right once (a revoked key, a token whose time is over) is
 * no guess, nor is a token that its issuer has signed: neither a page that is left open overnight nor one user without a
 * role may shut out their office.
 */
export class FailedLogins {
  readonly #guesses = new MinuteCounts();
  readonly #perMinute: number;
  readonly #logger: Logger;
  #proxySeen = false;

  constructor(options: { perMinute: number; logger: Logger }) {
    this.#perMinute = options.perMinute;
    this.#logger = options.logger;
  }

  /** @throws AppError `too_many_failures`, with the seconds to wait */
  refuseGuessers(request: Request): void {
    if (this.#guesses.of(addressOf(request)) < this.#perMinute) return;
    const retryAfterSeconds = this.#guesses.secondsLeft();
    const message = 'Too many unknown keys or forged tokens came from this address. Try again later.';
    throw new AppError('too_many_failures', message, { details: { retryAfterSeconds } });
  }

  /** Whether the address is refused from now on. */
  count(request: Request): boolean {
    const isLast = this.#guesses.add(addressOf(request)) === this.#perMinute;
    const hidden = request.app.get('trust proxy') === 0 && request.get('x-forwarded-for') !== undefined;
    if (hidden && !this.#proxySeen) {
      this.#proxySeen = true;
      this.#logger.warn('requests come through a proxy, so all clients have one address; see API_PROXY_HOPS');
    }
    if (isLast) {
      this.#logger.warn(
        { address: request.ip },
        'an address is refused: too many unknown keys or forged tokens',
      );
    }
    return isLast;
  }
}

/** Of an IPv6 address the network: whoever has one address has all of it. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? '');
}
