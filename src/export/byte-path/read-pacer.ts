import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What Node reads from a socket at the most; a read that fills it was late already. */
const FULL_READ_BYTES = 64 * 1024;
/** The shortest pause a timer makes. At 200 MB/s it lets 200 kB gather, less than a TCP window. */
const PAUSE_MS = 1;
/** Short results are not held up. */
const UNPACED_BYTES = 1024 * 1024;

/**
 * Lets bytes gather between two reads of a long result. PostgreSQL sends 8 KiB at a time, and each of them wakes a reader
 * that waits: for wide rows a fifth of the server's time goes into that (docs/adr/0010-read-pacing.md).
 *
 * Only over plain TCP. A unix socket holds too little to read in gulps, and TLS reads by itself, ahead of any pause.
 */
export class ReadPacer {
  readonly #socket: Socket;
  readonly #paces: boolean;
  readonly #bytesBefore: number;
  #pause: NodeJS.Timeout | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#paces = !(socket instanceof TLSSocket) && socket.remoteFamily !== undefined;
    this.#bytesBefore = socket.bytesRead;
  }

  /** Says that a read brought so many bytes and that more are wanted. */
  afterRead(bytes: number): void {
    if (!this.#paces || this.#pause !== undefined || bytes >= FULL_READ_BYTES) return;
    if (this.#socket.bytesRead - this.#bytesBefore < UNPACED_BYTES) return;
    this.#socket.pause();
    this.#pause = setTimeout(() => this.stop(), PAUSE_MS);
  }

  /** Ends a pause, if there is one: the socket reads again. */
  stop(): void {
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#socket.resume();
  }
}
