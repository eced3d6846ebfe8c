import { AppError } from '../errors.ts';

/** First byte of a row's message. */
export const DATA_ROW = 0x44;
/** Type and length of a message, columns of a row, length of a field (PostgreSQL documentation, "Message Formats"). */
const MESSAGE_HEAD = 5;
const ROW_HEAD = 2;
const FIELD_HEAD = 4;

export interface MessageGuardOptions {
  /** Largest value, in bytes. */
  maxFieldBytes: number;
  columnNames: readonly string[];
}

/**
 * Looks at the protocol's bytes as they come and finds a value that is too large by its announced length, before anybody
 * collects it: a driver that has to hold 600 MB to find out that no string can hold them ends the process.
 */
export class MessageGuard {
  readonly #options: MessageGuardOptions;
  readonly #head = Buffer.alloc(MESSAGE_HEAD);
  #headWanted = MESSAGE_HEAD;
  #headFilled = 0;
  /** Bytes that are of no interest. */
  #skip = 0;
  /** Fields that are still to come in a row that is looked into; 0 outside of one. */
  #fields = 0;
  #columns = 0;
  #rows: number;

  /** `rowsBefore`: rows that were read before the first byte it sees. */
  constructor(options: MessageGuardOptions, rowsBefore = 0) {
    this.#options = options;
    this.#rows = rowsBefore;
  }

  /**
   * Takes the next bytes; the first ones ever must be the start of a message.
   *
   * @throws AppError `field_too_large` that names row, column and setting
   */
  see(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, piece.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const taken = piece.copy(this.#head, this.#headFilled, at, at + this.#headWanted - this.#headFilled);
      this.#headFilled += taken;
      at += taken;
      if (this.#headFilled === this.#headWanted) this.#headWanted = this.#readHead();
    }
  }

  /** Returns how long the next head is. */
  #readHead(): number {
    const head = this.#head;
    this.#headFilled = 0;
    switch (this.#headWanted) {
      case MESSAGE_HEAD:
        return this.#beginMessage(head[0] === DATA_ROW, head.readUInt32BE(1) - 4);
      case ROW_HEAD:
        this.#columns = this.#fields = head.readUInt16BE(0);
        break;
      default:
        this.#beginField(head.readInt32BE(0));
    }
    return this.#fields > 0 ? FIELD_HEAD : MESSAGE_HEAD;
  }

  #beginMessage(isRow: boolean, bytes: number): number {
    if (isRow) this.#rows++;
    // A row that is not larger than a field may be has no field that is: nearly every row is passed over in one step.
    if (isRow && bytes > this.#options.maxFieldBytes) return ROW_HEAD;
    this.#skip = bytes;
    return MESSAGE_HEAD;
  }

  #beginField(bytes: number): void {
    const { maxFieldBytes, columnNames } = this.#options;
    if (bytes > maxFieldBytes) {
      const column = columnNames[this.#columns - this.#fields] ?? 'a column';
      const message =
        `Row ${this.#rows}: ${column} has ${bytes} bytes, more than the ${maxFieldBytes} allowed ` +
        '(EXPORT_MAX_FIELD_BYTES).';
      throw new AppError('field_too_large', message);
    }
    this.#skip = Math.max(0, bytes);
    this.#fields--;
  }
}
