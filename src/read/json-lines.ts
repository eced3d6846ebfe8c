import { badFile } from './bad-file.ts';
import type { JsonElement } from './json-elements.ts';

const LINE_FEED = 0x0a;
const BOM = /^\uFEFF/;
const BLANK = /^\s*$/;

/**
 * Lines that are not blank, each an object by what NDJSON is.
 *
 * @throws AppError `bad_import_file` where one is too long
 */
export async function* jsonLines(
  source: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<JsonElement> {
  let line = 1;
  let pieces: Buffer[] = [];
  let bytes = 0;
  const keep = (piece: Buffer) => {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxLineBytes) {
      throw badFile(`a row has more than ${maxLineBytes} bytes (IMPORT_MAX_ROW_BYTES)`, { line });
    }
  };
  const take = () => {
    const text = Buffer.concat(pieces).toString().replace(BOM, '');
    pieces = [];
    bytes = 0;
    return text;
  };
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      const text = take();
      if (!BLANK.test(text)) yield { line, text };
      line++;
      start = end + 1;
    }
    // A chunk may be written over by the next one.
    if (start < chunk.length) keep(Buffer.from(chunk.subarray(start)));
  }
  const text = take();
  if (!BLANK.test(text)) yield { line, text };
}
