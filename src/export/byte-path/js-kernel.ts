import { DATA_ROW } from '../message-guard.ts';
import type { CsvKernel } from './kernel.ts';
import { OUTPUT_WINDOWS } from './kernel.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** 1 for the bytes for which a field is quoted. */
const needsQuotes = new Uint8Array(256);
for (const byte of [COMMA, QUOTE, LINE_FEED, CARRIAGE_RETURN]) needsQuotes[byte] = 1;

/** The kernel in JavaScript: for machines without the WebAssembly one, and what that one is compared with. */
export class JsKernel implements CsvKernel {
  readonly input: Buffer;
  readonly output: Buffer;
  written = 0;
  rows = 0;

  constructor(windowBytes: number) {
    this.input = Buffer.alloc(windowBytes);
    this.output = Buffer.alloc(OUTPUT_WINDOWS * windowBytes);
  }

  encodeRows(inputEnd: number, outputStart: number): number {
    const { input, output } = this;
    let message = 0;
    let out = outputStart;
    let rows = 0;
    while (message + 7 <= inputEnd && input[message] === DATA_ROW) {
      const end = message + 1 + input.readUInt32BE(message + 1);
      if (end > inputEnd) break;
      let field = message + 7;
      for (let columns = input.readUInt16BE(message + 5); columns > 0; columns--) {
        if (field + 4 > end) return -1;
        const length = input.readInt32BE(field);
        field += 4;
        if (length > 0) {
          if (field + length > end) return -1;
          out = this.#field(field, field + length, out);
          field += length;
        }
        output[out++] = COMMA;
      }
      if (field !== end) return -1;
      // The comma behind the last field becomes the line end; a row without fields has none to replace.
      if (end > message + 7) out--;
      output[out++] = LINE_FEED;
      rows++;
      message = end;
    }
    this.written = out - outputStart;
    this.rows = rows;
    return message;
  }

  doubleQuotes(inputEnd: number): void {
    this.written = this.#copyDoubling(0, inputEnd, 0);
  }

  /** Copies the field as if it needed no quotes, looking at each byte on the way; starts over when one does. */
  #field(from: number, end: number, to: number): number {
    const { input, output } = this;
    let out = to;
    for (let at = from; at < end; at++) {
      const byte = input[at] ?? 0;
      if (needsQuotes[byte] === 1) {
        output[to] = QUOTE;
        const quoted = this.#copyDoubling(from, end, to + 1);
        output[quoted] = QUOTE;
        return quoted + 1;
      }
      output[out++] = byte;
    }
    return out;
  }

  #copyDoubling(from: number, end: number, to: number): number {
    const { input, output } = this;
    let out = to;
    for (let at = from; at < end; at++) {
      const byte = input[at] ?? 0;
      output[out++] = byte;
      if (byte === QUOTE) output[out++] = QUOTE;
    }
    return out;
  }
}
