import { AppError } from '../../errors.ts';
import { unescaped } from './text-of-cell.ts';
import type { XmlHandler } from './xml-reader.ts';

const FIRST_BYTES = 64 * 1024;
const FIRST_TEXTS = 1024;

/**
 * The texts that cells name by number, as Excel and LibreOffice write them. They are held in memory as UTF-8 in one
 * piece, since a million strings would take several times as much.
 */
export class SharedTexts {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(FIRST_BYTES);
  #ends = new Uint32Array(FIRST_TEXTS);
  #count = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Undefined for a number that no text has. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    return unescaped(
      this.#bytes.toString('utf8', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]),
    );
  }

  /**
   * @param text with its escapes: half a character, which they can name, is none in UTF-8
   * @throws AppError `import_too_large`
   */
  add(text: string): void {
    const start = this.#count === 0 ? 0 : (this.#ends[this.#count - 1] ?? 0);
    const end = start + Buffer.byteLength(text);
    // What each text takes itself is counted too: there may be any number of empty ones.
    const taken = end + (this.#count + 1) * this.#ends.BYTES_PER_ELEMENT;
    if (taken > this.#maxBytes) {
      const message = `The texts of the workbook take more than ${this.#maxBytes} bytes (IMPORT_MAX_SHARED_TEXT_BYTES). Save it as CSV in UTF-8.`;
      throw new AppError('import_too_large', message);
    }
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, end);
    if (this.#count === this.#ends.length) {
      const ends = new Uint32Array(2 * this.#count);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#bytes.write(text, start);
    this.#ends[this.#count++] = end;
  }

  /** Reads `xl/sharedStrings.xml`. How a text is to be pronounced is no part of it. */
  reader(): XmlHandler {
    let text = '';
    let inText = false;
    let phonetic = false;
    return {
      open(name) {
        if (name === 'si') text = '';
        else if (name === 'rPh') phonetic = true;
        else if (name === 't') inText = !phonetic;
      },
      text: (piece) => {
        if (inText) text += piece;
        // One text may have any number of pieces.
        if (text.length > this.#maxBytes) this.add(text);
      },
      close: (name) => {
        if (name === 't') inText = false;
        else if (name === 'rPh') phonetic = false;
        else if (name === 'si') this.add(text);
      },
    };
  }
}

function grown(bytes: Buffer, length: number): Buffer {
  const larger = Buffer.alloc(Math.max(2 * bytes.length, length));
  bytes.copy(larger);
  return larger;
}
