// AssemblyScript, compiled to csv-kernel.wasm by scripts/build-kernel.mjs. csv-kernel.ts in the folder above is the same
// in JavaScript; both are held against fast-csv by test/unit/csv-kernel.test.ts.
//
// Memory: the input window, then the output window, each with a block to spare, because whole blocks are read and
// written where only a part of one counts.

const BLOCK = 16;
const DATA_ROW: u8 = 0x44; // D
const COMMA: u8 = 0x2c;
const QUOTE: u8 = 0x22;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;

/** Bytes of output that the last call wrote. */
export let written: i32 = 0;
/** Rows in them. */
export let rows: i32 = 0;

/**
 * Encodes the whole DataRow messages at the start of `input … inputEnd` to CSV lines at `output`, and stops at the first
 * message that is another or not whole. Returns the bytes of input it took, or -1 when a message contradicts itself.
 */
export function encodeRows(input: usize, inputEnd: usize, output: usize): i32 {
  let message = input;
  let out = output;
  let count = 0;
  while (message + 5 <= inputEnd && load<u8>(message) == DATA_ROW) {
    const end = message + 1 + bigEndian32(message + 1);
    if (end > inputEnd) break;
    let field = message + 7;
    for (let columns = bigEndian16(message + 5); columns > 0; columns--) {
      if (field + 4 > end) return -1;
      const length = <i32>bigEndian32(field);
      field += 4;
      if (length > 0) {
        if (field + length > end) return -1;
        out = encodeField(field, length, out);
        field += length;
      }
      store<u8>(out++, COMMA);
    }
    if (field != end) return -1;
    // The comma behind the last field becomes the line end; a row without fields has none to replace.
    if (end > message + 7) out--;
    store<u8>(out++, LINE_FEED);
    count++;
    message = end;
  }
  written = <i32>(out - output);
  rows = count;
  return <i32>(message - input);
}

/** Doubles the quotes in `input … inputEnd`: a piece of a field whose surrounding quotes the caller writes. */
export function doubleQuotes(input: usize, inputEnd: usize, output: usize): void {
  written = <i32>(copyDoubling(input, inputEnd, output) - output);
}

/** Copies the field as if it needed no quotes, looking at each block on the way; starts over when one does. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function encodeField(input: usize, length: i32, output: usize): usize {
  const end = input + length;
  let from = input;
  let to = output;
  while (from < end) {
    const block = v128.load(from);
    v128.store(to, block);
    let found = i8x16.bitmask(needsQuotes(block));
    const left = <i32>(end - from);
    if (left < BLOCK) found &= (1 << left) - 1;
    if (found != 0) return quoted(input, end, output);
    from += BLOCK;
    to += BLOCK;
  }
  return output + length;
}

function quoted(input: usize, end: usize, output: usize): usize {
  store<u8>(output, QUOTE);
  const out = copyDoubling(input, end, output + 1);
  store<u8>(out, QUOTE);
  return out + 1;
}

function copyDoubling(input: usize, end: usize, output: usize): usize {
  const quote = i8x16.splat(QUOTE);
  let from = input;
  let to = output;
  while (from < end) {
    const block = v128.load(from);
    v128.store(to, block);
    const left = <i32>min<usize>(end - from, BLOCK);
    const quotes = i8x16.bitmask(i8x16.eq(block, quote));
    // The bytes before the first quote are copied already.
    const plain = min(left, ctz(quotes));
    from += plain;
    to += plain;
    if (plain < left) {
      store<u16>(to, 0x2222);
      from++;
      to += 2;
    }
  }
  return to;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function needsQuotes(block: v128): v128 {
  return v128.or(
    v128.or(i8x16.eq(block, i8x16.splat(COMMA)), i8x16.eq(block, i8x16.splat(QUOTE))),
    v128.or(i8x16.eq(block, i8x16.splat(LINE_FEED)), i8x16.eq(block, i8x16.splat(CARRIAGE_RETURN))),
  );
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function bigEndian32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function bigEndian16(at: usize): i32 {
  return <i32>bswap<u16>(load<u16>(at));
}
