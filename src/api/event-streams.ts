import type { Writable } from 'node:stream';
import type { Identity } from '../auth/identity.ts';
import type { ApiKeys } from '../db/api-keys.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { WatchedExport, WatchedExports } from '../db/watched-exports.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { EventStream } from './event-stream.ts';
import type { Event } from './event-stream.ts';
import { exportResource } from './export-resource.ts';
import { notFound } from './problem.ts';

export interface EventStreamsOptions {
  watched: Pick<WatchedExports, 'look' | 'read'>;
  apiKeys: Pick<ApiKeys, 'areValid'>;
  lookMs: number;
  heartbeatMs: number;
  maxStreams: number;
  maxStreamsPerSubject: number;
  logger: Logger;
}

/** A client that lost its stream comes back after this time. */
const RETRY_MS = 1000;
/** So many exports that have changed are read with one query. */
const READ_AT_ONCE = 100;
const ENDED = ['completed', 'failed', 'cancelled', 'expired'];

/**
 * The open streams of this process. It looks at the rows of all exports that are watched, with one query for all of them,
 * and only while there are any: an export may run anywhere and be watched through any process, and the row is the truth.
 */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #streams = new Map<string, Set<EventStream>>();
  /** Streams of each subject, and of all. */
  readonly #taken = new Map<string, number>();
  #total = 0;
  #closed = false;
  #looking = false;
  #look: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /**
   * Begins to watch an export for somebody who may see it. Resolves to what starts the stream on a response.
   *
   * @param lastEventId of the last event that the client has had
   * @param signal aborts when the client has gone
   * @throws AppError `too_many_streams`, `streams_full`, `not_found`
   */
  async open(
    id: string,
    {
      identity,
      lastEventId,
      signal,
    }: { identity: Identity; lastEventId?: string | undefined; signal: AbortSignal },
  ): Promise<(out: Writable) => void> {
    this.#take(identity);
    // However it ends, the response is closed then.
    if (signal.aborted) this.#giveBack(identity);
    else signal.addEventListener('abort', () => this.#giveBack(identity), { once: true });
    const { watched } = this.#options;
    const [state] = await watched.look([id]);
    const record = (await watched.read([id])).get(id);
    if (state === undefined || record === undefined) throw notFound();
    return (out) => {
      const stream = new EventStream(out, { identity, mark: markOf(lastEventId) });
      stream.advise(RETRY_MS);
      if (this.#closed) stream.end();
      else if (!tell([stream], state, record)) this.#add(id, stream, signal);
    };
  }

  /** Ends all streams; their clients come back to another process. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#all()) stream.end();
    this.#streams.clear();
    this.#rest();
  }

  #take(identity: Identity): void {
    const { maxStreams, maxStreamsPerSubject } = this.#options;
    const subject = subjectOf(identity);
    const taken = this.#taken.get(subject) ?? 0;
    if (taken >= maxStreamsPerSubject) {
      const message = `${maxStreamsPerSubject} streams are open for you. Close one, or look at the export instead.`;
      throw new AppError('too_many_streams', message);
    }
    if (this.#closed || this.#total >= maxStreams) {
      throw new AppError('streams_full', 'No more streams can be opened here. Look at the export instead.');
    }
    this.#taken.set(subject, taken + 1);
    this.#total++;
  }

  #giveBack(identity: Identity): void {
    const subject = subjectOf(identity);
    const left = (this.#taken.get(subject) ?? 0) - 1;
    if (left > 0) this.#taken.set(subject, left);
    else this.#taken.delete(subject);
    this.#total--;
  }

  #add(id: string, stream: EventStream, signal: AbortSignal): void {
    if (signal.aborted) return;
    const streams = this.#streams.get(id) ?? new Set();
    this.#streams.set(id, streams.add(stream));
    signal.addEventListener('abort', () => this.#remove(id, stream), { once: true });
    if (!this.#looking) this.#look ??= setTimeout(() => void this.#lookOnce(), this.#options.lookMs);
    this.#beat ??= setInterval(() => void this.#beatOnce(), this.#options.heartbeatMs);
  }

  #remove(id: string, stream: EventStream): void {
    const streams = this.#streams.get(id);
    if (streams?.delete(stream) === true && streams.size === 0) this.#streams.delete(id);
    if (this.#streams.size === 0) this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#look);
    clearInterval(this.#beat);
    this.#look = undefined;
    this.#beat = undefined;
  }

  async #lookOnce(): Promise<void> {
    const { watched, lookMs, logger } = this.#options;
    const ids = [...this.#streams.keys()];
    this.#looking = true;
    try {
      const states = new Map((await watched.look(ids)).map((state) => [state.id, state]));
      const news = [...states.values()].filter((state) => this.#isNews(state)).map(({ id }) => id);
      for (const id of ids) if (!states.has(id)) this.#endAll(id);
      // When one is started, all that wait have another place: their texts are not held all at once.
      for (let first = 0; first < news.length; first += READ_AT_ONCE) {
        const records = await watched.read(news.slice(first, first + READ_AT_ONCE));
        for (const [id, record] of records) this.#tellAll(states.get(id), record);
      }
    } catch (error) {
      // The streams stay; their clients see that they are alive, and hear more when the database is back.
      logger.warn({ err: error }, 'the exports that are watched could not be looked at');
    }
    this.#looking = false;
    this.#look = this.#streams.size > 0 ? setTimeout(() => void this.#lookOnce(), lookMs) : undefined;
  }

  #isNews({ id, mark, status }: WatchedExport): boolean {
    const lacksIt = (stream: EventStream) => stream.mark !== mark;
    return ENDED.includes(status) || [...(this.#streams.get(id) ?? [])].some(lacksIt);
  }

  #tellAll(state: WatchedExport | undefined, record: ExportRecord): void {
    if (state !== undefined) tell([...(this.#streams.get(state.id) ?? [])], state, record);
  }

  /** An export that is gone has nothing more to tell: whoever comes back for it gets a 404. */
  #endAll(id: string): void {
    for (const stream of this.#streams.get(id) ?? []) stream.end();
  }

  async #beatOnce(): Promise<void> {
    for (const stream of this.#all()) stream.beat();
    try {
      await this.#dropRevoked();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'the keys of open streams could not be checked');
    }
  }

  /** What was proved when the stream was opened must still hold; whoever comes back is told why not. */
  async #dropRevoked(): Promise<void> {
    const streams = this.#all();
    const keyIds = streams.flatMap(({ identity: { via } }) => (via.kind === 'key' ? [via.keyId] : []));
    const valid = await this.#options.apiKeys.areValid([...new Set(keyIds)]);
    const now = Date.now();
    for (const stream of streams) {
      const { via } = stream.identity;
      if (via.kind === 'key' ? !valid.has(via.keyId) : via.expiresAt.getTime() <= now) stream.end();
    }
  }

  #all(): EventStream[] {
    return [...this.#streams.values()].flatMap((streams) => [...streams]);
  }
}

/**
 * Sends a state to those who do not have it. True when it is the last one; then their streams end. It passes over those
 * who know of a later one: they were opened while the look that saw this was under way.
 *
 * @param record read after the state was seen
 */
function tell(all: readonly EventStream[], state: WatchedExport, record: ExportRecord): boolean {
  const seenAt = Number(state.seenAt);
  const streams = all.filter((stream) => stream.seenAt <= seenAt);
  let event: Event | undefined;
  for (const stream of streams) {
    stream.seenAt = seenAt;
    if (stream.mark === state.mark) continue;
    event ??= eventOf(state, record);
    stream.mark = state.mark;
    stream.send(event);
  }
  const ended = ENDED.includes(state.status);
  if (ended) for (const stream of streams) stream.end();
  return ended;
}

/** The first part of the id orders the events of an export; the second says which state a client has. */
function eventOf(state: WatchedExport, record: ExportRecord): Event {
  const resource = exportResource(record, state.place);
  return { id: `${state.seenAt}-${state.mark}`, name: 'export', data: JSON.stringify(resource) };
}

function markOf(eventId: string | undefined): string | undefined {
  return /^\d+-([\w-]+)$/.exec(eventId ?? '')?.[1];
}

function subjectOf({ tenant, subject, roles }: Identity): string {
  return JSON.stringify([tenant, subject, roles]);
}
