import { AppError } from '../errors.ts';

interface Line {
  length: number;
  /** How many have been served: whether it moves at all. */
  served: number;
  /** Resolves when the last in line is done. */
  last: Promise<void>;
}

/**
 * Lets one piece of work a tenant run at a time in this process. Work that takes turns in the database anyway waits here
 * instead, where it holds no connection that other tenants need.
 */
export class TenantLine {
  readonly #lines = new Map<string, Line>();
  readonly #maxLength: number;
  readonly #patienceMs: number;

  constructor(options: { maxLength: number; patienceMs: number }) {
    this.#maxLength = options.maxLength;
    this.#patienceMs = options.patienceMs;
  }

  /**
   * @throws AppError `too_many_at_once` when the line is full or moves too slowly, which is the tenant's own doing;
   *   `tenant_busy` (retryable) when it does not move at all
   */
  async run<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(tenant) ?? { length: 0, served: 0, last: Promise.resolve() };
    if (line.length >= this.#maxLength) throw tooMany();
    this.#lines.set(tenant, line);
    line.length++;
    const before = line.last;
    let leave: () => void = () => undefined;
    line.last = new Promise((resolve) => (leave = resolve));
    try {
      await this.#wait(line, before);
      const result = await work();
      line.served++;
      return result;
    } finally {
      line.length--;
      if (line.length === 0) this.#lines.delete(tenant);
      // Whoever gives up leaves a gap, and those behind it still wait for those before it.
      void before.then(leave);
    }
  }

  async #wait(line: Line, turn: Promise<void>): Promise<void> {
    const servedBefore = line.served;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(line.served > servedBefore ? tooMany() : stuck()), this.#patienceMs);
    });
    try {
      await Promise.race([turn, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function tooMany(): AppError {
  return new AppError('too_many_at_once', 'Too many requests of this tenant came at once. Send fewer.');
}

function stuck(): AppError {
  return new AppError('tenant_busy', 'The requests before this one take too long.', { retryable: true });
}
