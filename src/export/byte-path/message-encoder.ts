import { AppError } from '../../errors.ts';
import { DATA_ROW, MessageGuard } from '../message-guard.ts';
import type { MessageGuardOptions } from '../message-guard.ts';
import type { CsvKernel } from './kernel.ts';
import { encodeLargeRow } from './large-row.ts';

/** Type and length: what is needed to know where a message ends. */
const HEADER_BYTES = 5;
/** Output is handed on from a quarter of a window, 64 KiB by default: smaller pieces cost more behind it. */
const PIECES_PER_WINDOW = 4;

export interface MessageEncoderOptions extends MessageGuardOptions {
  /** Takes what is not a row, whole. */
  onMessage: (message: Buffer) => void;
}

/**
 * The bytes of PostgreSQL's protocol in, in pieces of any size; the bytes of a CSV file out. Messages that are not rows
 * are handed on whole, in their order among the rows.
 */
export class MessageEncoder {
  /** Rows handed out so far. */
  rows = 0;
  readonly #kernel: CsvKernel;
  readonly #options: MessageEncoderOptions;
  /** Bytes at the start of the input window that belong to a message that is not whole. */
  #carried = 0;
  /** Bytes in the output window that are not handed out yet. */
  #ready = 0;
  /** A message that is larger than the window, as far as it has arrived. */
  #large: { message: Buffer; filled: number; guard: MessageGuard } | undefined;

  constructor(kernel: CsvKernel, options: MessageEncoderOptions) {
    this.#kernel = kernel;
    this.#options = options;
  }

  /**
   * Yields what the piece makes ready; the buffers are the caller's. The piece is used up only when the generator has
   * ended, and the next must wait for that.
   *
   * @throws AppError `source_protocol` (retryable) when the bytes are not PostgreSQL's protocol; `field_too_large`
   */
  *encode(piece: Buffer): Generator<Buffer, void> {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#large !== undefined) {
        rest = this.#fillLarge(rest);
        yield* this.#finishLarge();
        continue;
      }
      const { input } = this.#kernel;
      const taken = Math.min(rest.length, input.length - this.#carried);
      input.set(rest.subarray(0, taken), this.#carried);
      rest = rest.subarray(taken);
      yield* this.#encodeWindow(this.#carried + taken);
    }
  }

  /** What was taken in of a message that is not whole yet, for whoever reads on from here. */
  takeRest(): Buffer {
    const rest =
      this.#large?.message.subarray(0, this.#large.filled) ?? this.#kernel.input.subarray(0, this.#carried);
    this.#large = undefined;
    this.#carried = 0;
    return Buffer.from(rest);
  }

  *#encodeWindow(end: number): Generator<Buffer, void> {
    const kernel = this.#kernel;
    let filled = end;
    for (;;) {
      if (this.#ready > kernel.input.length / PIECES_PER_WINDOW) yield this.#takeReady();
      const taken = kernel.encodeRows(filled, this.#ready);
      if (taken < 0) throw contradiction();
      this.#ready += kernel.written;
      this.rows += kernel.rows;
      kernel.input.copyWithin(0, taken, filled);
      filled -= taken;
      if (filled < HEADER_BYTES) break;
      const messageEnd = 1 + messageLength(kernel.input);
      if (messageEnd > kernel.input.length) {
        this.#beginLarge(messageEnd, filled);
        filled = 0;
        break;
      }
      if (messageEnd > filled) break;
      if (kernel.input[0] === DATA_ROW) throw contradiction();
      const message = Buffer.from(kernel.input.subarray(0, messageEnd));
      kernel.input.copyWithin(0, messageEnd, filled);
      filled -= messageEnd;
      if (this.#ready > 0) yield this.#takeReady();
      this.#options.onMessage(message);
    }
    this.#carried = filled;
  }

  #takeReady(): Buffer {
    const ready = Buffer.from(this.#kernel.output.subarray(0, this.#ready));
    this.#ready = 0;
    return ready;
  }

  #beginLarge(bytes: number, filled: number): void {
    const guard = new MessageGuard(this.#options, this.rows);
    guard.see(Buffer.from(this.#kernel.input.subarray(0, filled)));
    const message = Buffer.allocUnsafeSlow(bytes);
    message.set(this.#kernel.input.subarray(0, filled));
    this.#large = { message, filled, guard };
  }

  /** Returns what the message did not take. */
  #fillLarge(piece: Buffer): Buffer {
    if (this.#large === undefined) return piece;
    const { message, filled, guard } = this.#large;
    const taken = piece.subarray(0, message.length - filled);
    guard.see(taken);
    message.set(taken, filled);
    this.#large.filled += taken.length;
    return piece.subarray(taken.length);
  }

  *#finishLarge(): Generator<Buffer, void> {
    if (this.#large === undefined || this.#large.filled < this.#large.message.length) return;
    const { message } = this.#large;
    this.#large = undefined;
    if (this.#ready > 0) yield this.#takeReady();
    if (message[0] !== DATA_ROW) {
      this.#options.onMessage(message);
      return;
    }
    yield* encodeLargeRow(message, this.#kernel);
    this.rows++;
  }
}

/** Of the message at the start of `bytes`: its length without the type byte. @throws AppError when it can be none */
function messageLength(bytes: Uint8Array): number {
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_BYTES).readUInt32BE(1);
  const type = bytes[0] ?? 0;
  // Every type is an ASCII letter or digit, and the length counts its own four bytes.
  if (length < 4 || type < 0x30 || type > 0x7a) throw contradiction();
  return length;
}

function contradiction(): AppError {
  const message = 'The source database sent something that is not its protocol.';
  return new AppError('source_protocol', message, { retryable: true });
}
