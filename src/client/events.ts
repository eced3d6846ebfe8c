import { EventSourceParserStream } from 'eventsource-parser/stream';

export interface EventsRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Of the last event that arrived before: the server does not repeat it. */
  lastEventId: string | undefined;
  /** Time that an answer may take to begin, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** One event of a server. */
export interface ServerEvent {
  id: string | undefined;
  data: string;
}

/** Heartbeats come far more often. */
const SILENCE_MS = 90_000;

/**
 * The events of one connection, until the server or something on the way ends it. None where there are no events to be
 * had, whatever the reason: looking at the resource itself tells.
 *
 * @throws the signal's reason
 */
export async function* eventsOf(request: EventsRequest): AsyncGenerator<ServerEvent, void> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), request.timeoutMs);
  const signals = request.signal === undefined ? [silent.signal] : [silent.signal, request.signal];
  try {
    const { lastEventId } = request;
    const response = await fetch(request.url, {
      headers: {
        ...request.headers,
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      redirect: 'error',
      signal: AbortSignal.any(signals),
    });
    if (!isStream(response)) {
      await response.body?.cancel();
      return;
    }
    const decoder = new TextDecoder();
    const text = new TransformStream<Uint8Array, string>({
      transform(piece, controller) {
        clearTimeout(timer);
        quiet.refresh();
        controller.enqueue(decoder.decode(piece, { stream: true }));
      },
    });
    const quiet = setTimeout(() => silent.abort(), SILENCE_MS);
    try {
      const messages = response.body.pipeThrough(text).pipeThrough(new EventSourceParserStream());
      for await (const { event, id, data } of messages) {
        if (event === 'export') yield { id, data };
      }
    } finally {
      clearTimeout(quiet);
    }
  } catch {
    request.signal?.throwIfAborted();
  } finally {
    clearTimeout(timer);
  }
}

function isStream(response: Response): response is Response & { body: NonNullable<Response['body']> } {
  const type = response.headers.get('content-type') ?? '';
  return response.status === 200 && response.body !== null && type.startsWith('text/event-stream');
}
