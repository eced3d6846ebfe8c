import { badFile } from './bad-file.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export interface JsonElement {
  /** Where it begins, from 1. */
  line: number;
  text: string;
}

/** What may come next, outside of an element. */
type Expected = 'array' | 'element or end' | 'element' | 'comma or end' | 'nothing';

/**
 * The objects of one JSON array, each as its text, however large the array is. It looks at quotes and brackets only:
 * whether an element is JSON is for its reader to say.
 *
 * @throws AppError `bad_import_file` with the line
 */
export async function* jsonElements(
  source: AsyncIterable<Buffer>,
  maxElementBytes: number,
): AsyncGenerator<JsonElement> {
  let expected: Expected = 'array';
  let depth = 0;
  let inString = false;
  let escaped = false;
  let line = 1;
  let startLine = 1;
  let pieces: Buffer[] = [];
  let pieceBytes = 0;
  let first = true;
  const keep = (piece: Buffer) => {
    pieces.push(piece);
    pieceBytes += piece.length;
    if (pieceBytes > maxElementBytes) {
      throw badFile(`a row has more than ${maxElementBytes} bytes (IMPORT_MAX_ROW_BYTES)`, {
        line: startLine,
      });
    }
  };
  for await (const chunk of source) {
    let start = 0;
    const from = first && chunk.subarray(0, 3).equals(BOM) ? 3 : 0;
    first = false;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) line++;
      if (depth > 0) {
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inString = false;
        } else if (byte === QUOTE) inString = true;
        else if (OPEN.has(byte)) depth++;
        else if (CLOSE.has(byte) && --depth === 0) {
          keep(chunk.subarray(start, at + 1));
          yield { line: startLine, text: Buffer.concat(pieces).toString() };
          pieces = [];
          pieceBytes = 0;
          expected = 'comma or end';
        }
      } else if (!SPACE.has(byte)) {
        expected = next(expected, byte, line);
        if (byte === OPEN_OBJECT) {
          depth = 1;
          start = at;
          startLine = line;
        }
      }
    }
    // A chunk may be written over by the next one.
    if (depth > 0) keep(Buffer.from(chunk.subarray(start)));
  }
  if (expected !== 'nothing') throw badFile('it ends in the middle of its array', { line });
}

function next(expected: Expected, byte: number, line: number): Expected {
  if (expected === 'array' && byte === OPEN_ARRAY) return 'element or end';
  if (expected === 'comma or end' && byte === COMMA) return 'element';
  if (expected.endsWith('or end') && byte === CLOSE_ARRAY) return 'nothing';
  if (expected.startsWith('element') && byte === OPEN_OBJECT) return expected;
  throw badFile('it has to be one JSON array of objects', { line });
}
