import { Problem, passes } from '../export-button/api.ts';
import type { Context } from './context.ts';

export interface ResourceOptions<Data> {
  load: (signal: AbortSignal) => Promise<Data>;
  /** How long until it is looked at again; undefined: not by itself. */
  everyMs?: (data: Data) => number | undefined;
}

const AWAY_MS = 3000;

/** Something that is shown: it loads, it is there, it cannot be had; and it is looked at again while somebody looks. */
export class Resource<Data> {
  data: Data | undefined;
  problem: Problem | undefined;
  readonly #options: ResourceOptions<Data>;
  readonly #context: Context;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #loading: AbortController | undefined;

  constructor(context: Context, options: ResourceOptions<Data>) {
    this.#context = context;
    this.#options = options;
    const { signal } = context;
    const again = () => {
      if (!document.hidden && (this.problem !== undefined || this.#options.everyMs !== undefined))
        void this.refresh();
    };
    addEventListener('online', again, { signal });
    document.addEventListener('visibilitychange', again, { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
    void this.refresh();
  }

  /** There is no answer just now, and what is shown is from before. */
  get away(): boolean {
    return this.data !== undefined && this.problem !== undefined;
  }

  async refresh(): Promise<void> {
    const { signal, update } = this.#context;
    clearTimeout(this.#timer);
    this.#loading?.abort();
    const loading = (this.#loading = new AbortController());
    let pauseMs: number | undefined;
    try {
      const data = await this.#options.load(AbortSignal.any([signal, loading.signal]));
      if (loading.signal.aborted || signal.aborted) return;
      this.data = data;
      this.problem = undefined;
      pauseMs = this.#options.everyMs?.(data);
    } catch (error) {
      if (loading.signal.aborted || signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem('problem', String(error));
      if (passes(error)) pauseMs = AWAY_MS;
      else this.data = undefined;
    }
    if (pauseMs !== undefined) this.#timer = setTimeout(() => this.#look(), pauseMs);
    update();
  }

  /** Nobody looks at a page in the background; it is looked at again when it comes to the front. */
  #look(): void {
    if (!document.hidden) void this.refresh();
  }
}
