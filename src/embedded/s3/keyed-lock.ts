/** Runs work one after the other per name; names do not wait for each other. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Runs `work` when all earlier work of that name has settled, and settles as it does. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const current = before.then(work, work);
    this.#tails.set(name, current);
    try {
      return await current;
    } finally {
      if (this.#tails.get(name) === current) this.#tails.delete(name);
    }
  }
}
