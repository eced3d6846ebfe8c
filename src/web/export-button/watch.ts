import { passes } from './api.ts';
import type { Api, Export } from './api.ts';

/** A stream that says nothing for so long is held up by something on the way. */
const FIRST_EVENT_MS = 4000;
const SILENCE_MS = 60_000;
const POLL_MS = 1000;
const MAX_PAUSE_MS = 30_000;

export interface WatchOptions {
  api: Api;
  signal: AbortSignal;
  onExport: (state: Export) => void;
  /** True: no answer just now; it goes on trying. */
  onAway: (away: boolean) => void;
}

/** The export will not change any more. */
export function hasEnded({ status }: Export): boolean {
  return status !== 'queued' && status !== 'running';
}

/**
 * Tells of each change until the export has ended: by events, or by looking again and again where events do not come
 * through.
 *
 * @throws Problem that does not pass; AbortError
 */
export async function watch(state: Export, { api, signal, onExport, onAway }: WatchOptions): Promise<void> {
  let current = state;
  const take = (next: Export) => {
    current = next;
    onAway(false);
    onExport(next);
  };
  let streams = true;
  let failures = 0;
  while (!hasEnded(current)) {
    if (streams) streams = await readEvents(current.id, { api, signal, onExport: take });
    if (hasEnded(current)) return;
    try {
      take(await api.call<Export>(`exports/${current.id}`, { signal }));
      failures = 0;
    } catch (error) {
      if (!passes(error)) throw error;
      failures++;
      onAway(true);
    }
    const pauseMs = Math.min(POLL_MS * 2 ** failures, MAX_PAUSE_MS);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    signal.throwIfAborted();
  }
}

/** Returns whether events come through, once the stream has ended. */
async function readEvents(
  id: string,
  { api, signal, onExport }: Pick<WatchOptions, 'api' | 'signal' | 'onExport'>,
): Promise<boolean> {
  const quiet = new AbortController();
  const endIn = (milliseconds: number) => setTimeout(() => quiet.abort(), milliseconds);
  let timer = endIn(FIRST_EVENT_MS);
  let came = false;
  try {
    const { body, headers } = await api.open(`exports/${id}/events`, {
      headers: { Accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, quiet.signal]),
    });
    if (!headers.get('Content-Type')?.startsWith('text/event-stream')) return false;
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const { done = true, value = '' } = (await reader?.read()) ?? {};
      if (done) return came;
      const events = (text + value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^event: export$[^]*^data: (.*)$/m.exec(event)?.[1];
        if (data === undefined) continue;
        came = true;
        onExport(JSON.parse(data) as Export);
      }
      if (!came) continue;
      clearTimeout(timer);
      timer = endIn(SILENCE_MS);
    }
  } catch {
    // Whatever it was: looking at the export tells whether it matters.
    signal.throwIfAborted();
    return came;
  } finally {
    clearTimeout(timer);
    quiet.abort();
  }
}
