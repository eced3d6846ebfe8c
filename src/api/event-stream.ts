import type { Writable } from 'node:stream';
import type { Identity } from '../auth/identity.ts';

/** The text of one event. */
export interface Event {
  /** Sent back as `Last-Event-ID`. */
  id: string;
  name: string;
  /** On one line. */
  data: string;
}

/** What goes to one client that watches: text/event-stream, as the WHATWG’s HTML standard says. */
export class EventStream {
  /** Whoever gets it. */
  readonly identity: Identity;
  /** Of the state that the client has; undefined before the first. */
  mark: string | undefined;
  /** When the state was looked at that the client was told, or has: by the database's clock, in microseconds. */
  seenAt = 0;
  readonly #out: Writable;
  #blocked = false;
  #missedBeats = 0;
  #latest: string | undefined;
  #ending = false;

  /** @param mark of the state that the client has from an earlier stream */
  constructor(out: Writable, { identity, mark }: { identity: Identity; mark: string | undefined }) {
    this.#out = out;
    this.identity = identity;
    this.mark = mark;
    out.on('drain', () => this.#goOn());
  }

  /** How long the client is to wait before it comes back. */
  advise(retryMs: number): void {
    this.#write(`retry: ${retryMs}\n\n`);
  }

  /** Of states that a client is too slow for it gets the last. */
  send({ id, name, data }: Event): void {
    const text = `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
    if (this.#blocked) this.#latest = text;
    else this.#write(text);
  }

  /** Shows proxies and client that the stream is alive. A client that has taken nothing between two of them is dropped. */
  beat(): void {
    if (!this.#blocked) this.#write(': beat\n\n');
    else if (this.#missedBeats++ > 0) this.#out.destroy();
  }

  /** Once everything is sent. */
  end(): void {
    this.#ending = true;
    if (!this.#blocked) this.#out.end();
  }

  #goOn(): void {
    this.#blocked = false;
    this.#missedBeats = 0;
    const latest = this.#latest;
    this.#latest = undefined;
    if (latest !== undefined) this.#write(latest);
    if (this.#ending) this.end();
  }

  #write(text: string): void {
    if (!this.#out.writableEnded) this.#blocked = !this.#out.write(text);
  }
}
