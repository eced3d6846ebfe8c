const MINUTE_MS = 60_000;

/**
 * Counts by name, in this process, for a minute that begins with the first look. Then all counts are dropped at once, so
 * no more names are kept than are counted in a minute.
 */
export class MinuteCounts {
  readonly #counts = new Map<string, number>();
  readonly #nowMs: () => number;
  #endsAtMs = -Infinity;

  /** @param nowMs a clock that nobody sets */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** How often the name was counted in this minute. */
  of(name: string): number {
    const now = this.#nowMs();
    if (now >= this.#endsAtMs) {
      this.#counts.clear();
      this.#endsAtMs = now + MINUTE_MS;
    }
    return this.#counts.get(name) ?? 0;
  }

  /** Counts it once more; returns how often that is. */
  add(name: string): number {
    const count = this.of(name) + 1;
    this.#counts.set(name, count);
    return count;
  }

  /** Until the minute is over, 1 at least. */
  secondsLeft(): number {
    return Math.max(1, Math.ceil((this.#endsAtMs - this.#nowMs()) / 1000));
  }
}
