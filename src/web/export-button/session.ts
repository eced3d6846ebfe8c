import { Problem, codeOf, passes } from './api.ts';
import type { Api, Content, Dataset, Export, Preview } from './api.ts';
import type { Memory } from './memory.ts';
import { randomKey } from './random-key.ts';
import { hasEnded, watch } from './watch.ts';

/** A request that was on its way when its page went is sent again for so long. */
const RESEND_MS = 10 * 60_000;
const MAX_RESENDS = 4;
const RESEND_PAUSE_MS = 1000;

export interface SessionOptions {
  api: Api;
  memory: Memory;
  dataset: string;
  params: Readonly<Record<string, unknown>>;
  /** Something of what is below is different now. */
  onChange: () => void;
  /** An export that this page asked for has its file, so long after it was asked for. */
  onFile: (afterMs: number) => void;
}

/** All that happens to one export of a page, and nothing of how it looks. */
export class Session {
  /** What may be exported; undefined until it is known. */
  offer: Dataset | undefined;
  /** Null: it cannot be had. */
  estimate: Preview | null | undefined;
  current: Export | undefined;
  trouble: Problem | undefined;
  asking = false;
  /** No answer just now; it goes on trying. */
  offline = false;
  /** Addresses that hear of the end. */
  addressees: readonly string[] = [];
  emailProblem: Problem | undefined;

  readonly #options: SessionOptions;
  readonly #closed = new AbortController();
  #watching: AbortController | undefined;
  #estimating: AbortController | undefined;
  #askedAt: number | undefined;
  #unanswered: [key: string, content: Content] | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  close(): void {
    this.#closed.abort();
    this.#watching?.abort();
    this.#estimating?.abort();
  }

  /** Finds what this page, or one before it, has begun. */
  restore(): Promise<void> {
    return this.#attempt(async () => {
      const kept = this.#options.memory.read();
      if (kept === null || this.asking) return;
      if ('id' in kept) return this.#take(kept.id);
      if (Date.now() - kept.at > RESEND_MS) this.#options.memory.write();
      else await this.#ask(kept.key, kept.content);
    });
  }

  /** Learns what may be chosen, unless an export is there already: of this page, of another, of another device. */
  async prepare(): Promise<void> {
    if (this.current === undefined && !this.asking) await this.restore();
    if (this.current !== undefined || this.asking || this.offer !== undefined || this.trouble !== undefined)
      return;
    const { api, dataset } = this.#options;
    await this.#attempt(async () => {
      const { signal } = this.#closed;
      const [{ datasets }, { exports }] = await Promise.all([
        api.call<{ datasets: Dataset[] }>('datasets', { signal }),
        api.call<{ exports: Export[] }>(`exports?mine=true&dataset=${encodeURIComponent(dataset)}`, {
          signal,
        }),
      ]);
      const offer = datasets.find(({ name }) => name === dataset);
      if (offer === undefined) throw new Problem('no_dataset');
      this.offer = offer;
      const running = exports.find((one) => !hasEnded(one) && this.#isOurs(one, offer));
      if (running !== undefined) this.#follow(running);
    });
  }

  /** Asks how much it would be. The answer to the last question counts. */
  async guess(choice: Pick<Content, 'format' | 'options'>): Promise<void> {
    this.#estimating?.abort();
    const asking = (this.#estimating = new AbortController());
    const { api, dataset, params } = this.#options;
    this.#change({ estimate: undefined });
    try {
      const { signal } = asking;
      const body = { dataset, params, ...choice };
      const estimate = await api.call<Preview>('exports/preview', { method: 'POST', body, signal });
      if (!signal.aborted) this.#change({ estimate });
    } catch {
      if (!asking.signal.aborted) this.#change({ estimate: null });
    }
  }

  /** Asks for the export, once, however often it is called. */
  start(choice: Pick<Content, 'format' | 'options'>): Promise<void> {
    const { dataset, params } = this.#options;
    const busy = this.asking || (this.current !== undefined && !hasEnded(this.current));
    if (busy) return Promise.resolve();
    return this.#ask(randomKey(), { dataset, params, ...choice });
  }

  async cancel(): Promise<void> {
    // Where it had ended already, that is what there is to see.
    await this.#call('cancel', 'POST').catch(() => undefined);
    await this.#refresh();
  }

  /** Has its end told by e-mail: to the address of the token, or to this one. */
  async tell(address: string | null): Promise<void> {
    try {
      const { email } = await this.#call<{ email: string[] }>('notifications', 'POST', {
        email: address === null || [address],
      });
      this.#change({ addressees: email, emailProblem: undefined });
    } catch (error) {
      if (codeOf(error) === 'already_ended') await this.#refresh();
      else this.#change({ emailProblem: error as Problem });
    }
  }

  /** A link to the file, signed just now. */
  async link(): Promise<string | undefined> {
    try {
      return (await this.#call<{ url: string }>('link')).url;
    } catch (error) {
      await this.#refresh();
      // Else it is plain to see why: the file is gone.
      if (this.current?.status === 'completed') this.#change({ trouble: error as Problem });
      return undefined;
    }
  }

  /** Leaves the export that has ended for a new one. */
  async reset(): Promise<void> {
    this.#options.memory.write();
    this.#askedAt = this.#unanswered = undefined;
    this.#change({ current: undefined, trouble: undefined, addressees: [], emailProblem: undefined });
    await this.prepare();
  }

  /** Does again what did not succeed. */
  retry(): Promise<void> {
    if (this.#unanswered !== undefined) return this.#ask(...this.#unanswered);
    return this.current === undefined ? this.restore() : this.#refresh();
  }

  async #ask(key: string, content: Content): Promise<void> {
    const { memory } = this.#options;
    memory.write({ key, content, at: Date.now() });
    this.#unanswered = [key, content];
    this.#askedAt = performance.now();
    this.#change({ asking: true, current: undefined, addressees: [], emailProblem: undefined });
    await this.#attempt(async () => {
      try {
        this.#follow(await this.#post(key, content));
      } catch (error) {
        // What was refused is no request any more. One without an answer may have arrived.
        if (!passes(error)) {
          memory.write();
          this.#unanswered = [randomKey(), content];
        }
        throw error;
      }
    });
    this.#change({ asking: false });
  }

  /** The same key makes the same export, so it is sent again without asking. */
  async #post(key: string, body: Content): Promise<Export> {
    for (let tries = 1; ; tries++) {
      try {
        const headers = { 'Idempotency-Key': key };
        return await this.#options.api.call<Export>('exports', { method: 'POST', body, headers });
      } catch (error) {
        if (!passes(error) || tries === MAX_RESENDS) throw error;
        await new Promise((resolve) => setTimeout(resolve, RESEND_PAUSE_MS * tries));
        this.#closed.signal.throwIfAborted();
      }
    }
  }

  async #take(id: string): Promise<void> {
    const { api, memory } = this.#options;
    try {
      const state = await api.call<Export>(`exports/${id}`, { signal: this.#closed.signal });
      if (state.status === 'cancelled' && this.current === undefined) memory.write();
      else this.#follow(state);
    } catch (error) {
      if (codeOf(error) !== 'not_found') throw error;
      // Deleted, or somebody else was signed in then.
      memory.write();
      this.#change({ current: undefined });
    }
  }

  #refresh(): Promise<void> {
    const id = this.current?.id ?? '';
    return this.#attempt(() => this.#take(id));
  }

  #call<Answer>(path: string, method: 'GET' | 'POST' = 'GET', body?: unknown): Promise<Answer> {
    return this.#options.api.call<Answer>(`exports/${this.current?.id ?? ''}/${path}`, { method, body });
  }

  #follow(state: Export): void {
    this.#options.memory.write({ id: state.id });
    this.#unanswered = undefined;
    this.#change({ current: state, asking: false, trouble: undefined });
    // One watch at a time, and none of a button that has left the page.
    this.#watching?.abort();
    if (hasEnded(state)) return this.#ended(state);
    if (this.#closed.signal.aborted) return;
    const { signal } = (this.#watching = new AbortController());
    const watching = () =>
      watch(state, {
        api: this.#options.api,
        signal,
        onExport: (current) => {
          this.#change({ current });
          if (hasEnded(current)) this.#ended(current);
        },
        onAway: (offline) => offline !== this.offline && this.#change({ offline }),
      });
    void this.#attempt(watching);
  }

  #ended({ status }: Export): void {
    if (status === 'completed' && this.#askedAt !== undefined) {
      this.#options.onFile(performance.now() - this.#askedAt);
    }
    this.#askedAt = undefined;
  }

  /** A dataset may have a parameter filled in for whoever asks: one that is required, and was not given. */
  #isOurs({ params }: Export, { params: schema }: Dataset): boolean {
    const given = this.#options.params;
    const required = (schema['required'] as string[] | undefined) ?? [];
    return Object.entries(params).every(([name, value]) =>
      name in given ? String(given[name]) === String(value) : required.includes(name),
    );
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    if (this.trouble !== undefined) this.#change({ trouble: undefined });
    try {
      await act();
      this.#options.onChange();
    } catch (error) {
      if (error instanceof DOMException) return;
      this.#change({ trouble: error instanceof Problem ? error : new Problem('problem', String(error)) });
    }
  }

  #change(
    change: Partial<
      Pick<Session, 'estimate' | 'current' | 'trouble' | 'asking' | 'offline' | 'addressees' | 'emailProblem'>
    >,
  ): void {
    Object.assign(this, change);
    this.#options.onChange();
  }
}
