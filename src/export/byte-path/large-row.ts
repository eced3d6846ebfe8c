import { AppError } from '../../errors.ts';
import type { CsvKernel } from './kernel.ts';

const COMMA = Buffer.from(',');
const QUOTE = Buffer.from('"');
const LINE_FEED = Buffer.from('\n');

/**
 * The line of one DataRow message that is too large for a window. Quotes are doubled window by window, so that it takes
 * little more memory than the message itself.
 *
 * @throws AppError `source_protocol` (retryable) when the message contradicts itself
 */
export function* encodeLargeRow(message: Buffer, kernel: CsvKernel): Generator<Buffer, void> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for (const piece of piecesOf(message, kernel)) {
    gathered.push(piece);
    bytes += piece.length;
    if (bytes < kernel.input.length) continue;
    yield Buffer.concat(gathered, bytes);
    gathered = [];
    bytes = 0;
  }
  yield Buffer.concat(gathered, bytes);
}

function* piecesOf(message: Buffer, kernel: CsvKernel): Generator<Buffer, void> {
  const columns = message.readUInt16BE(5);
  let at = 7;
  for (let column = 0; column < columns; column++) {
    if (column > 0) yield COMMA;
    if (at + 4 > message.length) throw contradiction();
    const length = message.readInt32BE(at);
    at += 4;
    if (length <= 0) continue;
    if (at + length > message.length) throw contradiction();
    yield* encodeField(message.subarray(at, at + length), kernel);
    at += length;
  }
  if (at !== message.length) throw contradiction();
  yield LINE_FEED;
}

function* encodeField(field: Buffer, kernel: CsvKernel): Generator<Buffer, void> {
  const quoted = field.includes(',') || field.includes('"') || field.includes('\n') || field.includes('\r');
  if (quoted) yield QUOTE;
  for (let from = 0; from < field.length; from += kernel.input.length) {
    const piece = field.subarray(from, from + kernel.input.length);
    yield quoted ? doubled(piece, kernel) : piece;
  }
  if (quoted) yield QUOTE;
}

function doubled(piece: Buffer, kernel: CsvKernel): Buffer {
  kernel.input.set(piece);
  kernel.doubleQuotes(piece.length);
  return Buffer.from(kernel.output.subarray(0, kernel.written));
}

function contradiction(): AppError {
  const message = 'The source database sent a row that contradicts itself.';
  return new AppError('source_protocol', message, { retryable: true });
}
