import { createParser } from 'eventsource-parser';
import { onTestFinished } from 'vitest';
import type { Export } from '../../src/client/index.ts';
import { checkSchema } from './contract.ts';
import type { TestApi } from './test-api.ts';

export interface EventReader {
  response: Response;
  /** Ids and exports so far. Each is held against docs/openapi.json. */
  events: { id: string; export: Export }[];
  beats: () => number;
  /** The wait before coming back that the server advises. */
  retryMs: () => number | undefined;
  /** Resolves when the server has ended the stream; rejects when it broke off or told what is not documented. */
  ended: Promise<void>;
  /** Leaves. */
  close(): Promise<void>;
}

/** Opens a stream of events, and reads all of it. */
export async function readEvents(
  api: TestApi,
  id: string,
  { key = api.keys.first, lastEventId }: { key?: string; lastEventId?: string } = {},
): Promise<EventReader> {
  const leaving = new AbortController();
  const response = await api.fetch(`/v1/exports/${id}/events`, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
  });
  const events: EventReader['events'] = [];
  let beats = 0;
  let retryMs: number | undefined;
  const parser = createParser({
    onEvent({ event, id: eventId = '', data }) {
      const state = JSON.parse(data) as Export;
      const faults = event === 'export' ? checkSchema('Export', state) : [`it is named ${event}`];
      if (faults.length > 0) throw new Error(`an event is not as documented: ${faults.join(', ')}`);
      events.push({ id: eventId, export: state });
    },
    onComment: () => beats++,
    onRetry: (milliseconds) => (retryMs = milliseconds),
  });
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>)
      parser.feed(decoder.decode(piece, { stream: true }));
  };
  const ended = read().catch((error: unknown) => {
    if (!leaving.signal.aborted) throw error;
  });
  // Whoever asks hears of it.
  ended.catch(() => undefined);
  const close = async () => {
    leaving.abort();
    await ended.catch(() => undefined);
  };
  onTestFinished(close);
  return { response, events, beats: () => beats, retryMs: () => retryMs, ended, close };
}
