import type { Request } from 'express';
import { ipKeyGenerator, MemoryStore } from 'express-rate-limit';
import type { Options } from 'express-rate-limit';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';

const WINDOW_MS = 60_000;

/**
 * Counts the guesses of each address, in this process. What was right once (a revoked key, a token whose time is over) is
 * no guess, nor is a token that its issuer has signed: neither a page that is left open overnight nor one user without a
 * role may shut out their office.
 */
export class FailedLogins {
  readonly #store = new MemoryStore();
  readonly #perMinute: number;
  readonly #logger: Logger;
  #proxySeen = false;

  constructor(options: { perMinute: number; logger: Logger }) {
    this.#perMinute = options.perMinute;
    this.#logger = options.logger;
    // It reads nothing else of the options of its middleware. Its timer keeps no process alive.
    this.#store.init({ windowMs: WINDOW_MS } as Options);
  }

  /** @throws AppError `too_many_failures`, with the seconds to wait */
  async refuseGuessers(request: Request): Promise<void> {
    const { totalHits = 0, resetTime } = (await this.#store.get(addressOf(request))) ?? {};
    if (totalHits < this.#perMinute) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
    const message = 'Too many unknown keys or forged tokens came from this address. Try again later.';
    throw new AppError('too_many_failures', message, { details: { retryAfterSeconds } });
  }

  /** Resolves to whether the address is refused from now on. */
  async count(request: Request): Promise<boolean> {
    const { totalHits } = await this.#store.increment(addressOf(request));
    const hidden = request.app.get('trust proxy') === 0 && request.get('x-forwarded-for') !== undefined;
    if (hidden && !this.#proxySeen) {
      this.#proxySeen = true;
      this.#logger.warn('requests come through a proxy, so all clients have one address; see API_PROXY_HOPS');
    }
    if (totalHits === this.#perMinute) {
      this.#logger.warn(
        { address: request.ip },
        'an address is refused: too many unknown keys or forged tokens',
      );
    }
    return totalHits === this.#perMinute;
  }
}

/** Of an IPv6 address the network: whoever has one address has all of it. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? '');
}
