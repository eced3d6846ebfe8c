/**
 * A signal that aborts with the first of its sources. `forget` has to be called when it is not needed any more:
 * AbortSignal.any would leave some 60 bytes of each in a source that lives as long as the process (Node.js 20).
 */
export class FirstAbort {
  readonly #first = new AbortController();
  readonly #sources: readonly AbortSignal[];
  readonly #onAbort = () => this.#first.abort(this.#sources.find(({ aborted }) => aborted)?.reason);

  constructor(sources: readonly AbortSignal[]) {
    this.#sources = sources;
    for (const source of sources) source.addEventListener('abort', this.#onAbort, { once: true });
    if (sources.some(({ aborted }) => aborted)) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#first.signal;
  }

  forget(): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#onAbort);
  }
}
