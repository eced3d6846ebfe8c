import type { AppError } from '../errors.ts';

/** Something that at most so many may be at, at a time. */
export interface Place {
  name: string;
  most: number;
  /** What who comes later is told. */
  refusal: () => AppError;
}

/** Who is at something just now, in this process. Nobody waits for a place: who finds none is told to come back. */
export class Places {
  readonly #taken = new Map<string, number>();

  /**
   * Takes one of each, or none. Returns what gives them back.
   *
   * @throws the refusal of the first that has none left
   */
  take(places: readonly Place[]): () => void {
    const full = places.find(({ name, most }) => this.#at(name) >= most);
    if (full !== undefined) throw full.refusal();
    for (const { name } of places) this.#taken.set(name, this.#at(name) + 1);
    return () => {
      for (const { name } of places) {
        const left = this.#at(name) - 1;
        if (left > 0) this.#taken.set(name, left);
        else this.#taken.delete(name);
      }
    };
  }

  #at(name: string): number {
    return this.#taken.get(name) ?? 0;
  }
}
