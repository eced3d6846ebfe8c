import { AppError } from '../errors.ts';
import { FirstAbort } from './first-abort.ts';

const settings = { export: 'EXPORT_DEADLINE_SECONDS', import: 'IMPORT_DEADLINE_SECONDS' } as const;

export interface AttemptEndOptions {
  /** For people. */
  what: keyof typeof settings;
  /** Longest an attempt may run. */
  deadlineMs: number;
  /** Aborts when the queue takes the job away. */
  lockLost: AbortSignal;
  /** What else ends it, each with its reason. */
  others: readonly AbortSignal[];
}

/**
 * What ends an attempt before it is done: the deadline (`deadline_exceeded`), the loss of its job (`lock_lost`), or one of
 * the others. `stop` has to be called when the attempt is over.
 */
export class AttemptEnd {
  readonly #first: FirstAbort;
  readonly #end = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #lockLost: AbortSignal;
  readonly #onLockLost = () =>
    this.#end.abort(new AppError('lock_lost', 'The queue gave the job to another worker.'));

  constructor({ what, deadlineMs, lockLost, others }: AttemptEndOptions) {
    this.#first = new FirstAbort([this.#end.signal, ...others]);
    this.#timer = setTimeout(() => {
      const message = `The ${what} took longer than the ${deadlineMs / 1000} seconds allowed (${settings[what]}).`;
      this.#end.abort(new AppError('deadline_exceeded', message));
    }, deadlineMs);
    this.#lockLost = lockLost;
    lockLost.addEventListener('abort', this.#onLockLost, { once: true });
    if (lockLost.aborted) this.#onLockLost();
  }

  get signal(): AbortSignal {
    return this.#first.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#first.forget();
    this.#lockLost.removeEventListener('abort', this.#onLockLost);
  }
}
