/** Something that a scrape shows and that lies outside of the process. */
export interface OutsideReadingOptions<T> {
  read: () => Promise<T>;
  show: (value: T) => void;
  /** It did not answer: what is shown must go, rather than stand still and look alive. */
  hide: () => void;
  /** How long a scrape waits. */
  timeoutMs: number;
  /** How long an answer is good: many scrapers ask no more often than one. */
  freshMs: number;
}

/** Asks at most one question at a time, and never keeps a scrape waiting longer than it may. */
export class OutsideReading<T> {
  readonly #options: OutsideReadingOptions<T>;
  #asked: Promise<void> | undefined;
  #freshUntil = 0;

  constructor(options: OutsideReadingOptions<T>) {
    this.#options = options;
  }

  /** Never rejects. */
  refresh(): Promise<void> {
    if (performance.now() < this.#freshUntil) return Promise.resolve();
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  async #ask(): Promise<void> {
    const { read, show, hide, timeoutMs, freshMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('too late')), timeoutMs);
    });
    try {
      // An answer that comes later is thrown away: by then it is not what is.
      show(await Promise.race([read(), tooLate]));
    } catch {
      hide();
    } finally {
      clearTimeout(timer);
    }
    this.#freshUntil = performance.now() + freshMs;
  }
}
