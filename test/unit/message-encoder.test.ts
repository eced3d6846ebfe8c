import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsKernel } from '../../src/export/byte-path/js-kernel.ts';
import type { KernelFactory } from '../../src/export/byte-path/kernel.ts';
import { MessageEncoder } from '../../src/export/byte-path/message-encoder.ts';
import { loadWasmKernel } from '../../src/export/byte-path/wasm-kernel.ts';
import { delimitedEncoder } from '../../src/export/formats/delimited.ts';
import { encoderInput } from '../support/encode.ts';
import type { TextRow } from '../../src/export/formats/format.ts';
import { dataRow, messageOf, splitAt } from '../support/wire.ts';

const wasm = loadWasmKernel();
const kernels: [string, KernelFactory][] = [
  ['JavaScript', (windowBytes) => new JsKernel(windowBytes)],
  // Not there is a failure, not a skip: `npm test` builds it.
  ['WebAssembly', (windowBytes) => wasm?.(windowBytes) ?? expect.fail('csv-kernel.wasm is missing')],
];

/** What fast-csv writes. */
const fastCsv = (rows: readonly TextRow[]) => delimitedEncoder(encoderInput([])).batch(rows);

/** Around the blocks of 16 bytes, around the windows, and far beyond them. */
const lengths = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 40 }) },
  fc.nat({ max: 600 }),
  fc.nat({ max: 9000 }),
);
const field = lengths.chain((length) =>
  fc.string({
    unit: fc.constantFrom('a', 'b', ' ', ',', '"', '\n', '\r', '|', ';', '\t', "'", '\\', 'é', '漢', '😀'),
    minLength: Math.floor(length / 2),
    maxLength: length,
  }),
);
const plainField = fc.string({ unit: 'binary', maxLength: 50 }).map((text) => text.replaceAll('\0', ''));
const row = fc.array(fc.oneof(field, plainField, fc.constant(null)), { maxLength: 8 });
const rowsAndPieces = fc.record({
  rows: fc.array(row, { maxLength: 12 }),
  offsets: fc.array(fc.nat({ max: 100_000 }), { maxLength: 12 }),
  windowBytes: fc.constantFrom(64, 100, 1024, 65_536),
});

function encode(create: KernelFactory, windowBytes: number, pieces: readonly Buffer[]) {
  const messages: { type: string; rowsBefore: number; bytesBefore: number }[] = [];
  const output: Buffer[] = [];
  const encoder = new MessageEncoder(create(windowBytes), {
    ...guard,
    onMessage: (message) => {
      const bytesBefore = output.reduce((sum, { length }) => sum + length, 0);
      messages.push({ type: message.toString('latin1', 0, 1), rowsBefore: encoder.rows, bytesBefore });
    },
  });
  for (const piece of pieces) for (const bytes of encoder.encode(piece)) output.push(bytes);
  return { bytes: Buffer.concat(output), messages, rows: encoder.rows };
}

const guard = { maxFieldBytes: 128 * 1024 * 1024, columnNames: ['first', 'second'] };

const done = messageOf('C', Buffer.from('SELECT\0'));

describe.each(kernels)('%s', (_name, create) => {
  it('writes what fast-csv writes, whatever the rows, the pieces and the window', () => {
    fc.assert(
      fc.property(rowsAndPieces, ({ rows, offsets, windowBytes }) => {
        const bytes = Buffer.concat([...rows.map(dataRow), done]);
        const encoded = encode(create, windowBytes, splitAt(bytes, offsets));
        expect(encoded.bytes.toString()).toBe(fastCsv(rows));
        expect(encoded.rows).toBe(rows.length);
        expect(encoded.messages.map(({ type }) => type)).toEqual(['C']);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not mind where a message is split', () => {
    const rows = [['plain', 'with "quotes", a comma\r\nand lines', null, ''], [null], ['ü"'.repeat(50)]];
    const bytes = Buffer.concat([...rows.map(dataRow), done]);
    for (const windowBytes of [64, 65_536]) {
      for (let at = 0; at <= bytes.length; at++) {
        expect(encode(create, windowBytes, splitAt(bytes, [at])).bytes.toString()).toBe(fastCsv(rows));
      }
      const single = Array.from(bytes, (byte) => Buffer.from([byte]));
      expect(encode(create, windowBytes, single).bytes.toString()).toBe(fastCsv(rows));
    }
  });

  const MEGABYTES_100 = 100_000_000;
  it.each([
    ['without a comma', Buffer.alloc(MEGABYTES_100, 'x'), ['', 'x', '']],
    ['of quotes', Buffer.alloc(MEGABYTES_100, '"'), ['"', '""', '"']],
    [
      'of which only the end needs quotes',
      Buffer.alloc(MEGABYTES_100, 'x').fill('\n', MEGABYTES_100 - 1),
      ['"', 'x', '\n"'],
    ],
  ])('takes a field of 100 MB %s', (_what, large, [before = '', unit = '', after = '']) => {
    const bytes = Buffer.concat([
      dataRow(['before']),
      dataRow([large, null, 'beside']),
      dataRow(['after']),
      done,
    ]);
    const pieces = splitAt(
      bytes,
      Array.from({ length: 1600 }, (_, index) => index * 65_536),
    );
    const units = MEGABYTES_100 - (after === '\n"' ? 1 : 0);
    const expected = [
      `before\n${before}`,
      Buffer.alloc(units * unit.length, unit),
      `${after},,beside\nafter\n`,
    ];
    expect(
      encode(create, 262_144, pieces).bytes.equals(Buffer.concat(expected.map((part) => Buffer.from(part)))),
    ).toBe(true);
  });

  it.each([
    ['that fit the window', 'v'],
    ['that do not', 'a "long" value, again and again '.repeat(20)],
  ])('takes rows of 1,600 columns %s', (_which, value) => {
    const rows = [1, 2].map(() =>
      Array.from({ length: 1600 }, (_value, index) => (index % 3 === 0 ? null : value)),
    );
    const encoded = encode(create, 262_144, [Buffer.concat([...rows.map(dataRow), done])]);
    expect(encoded.bytes.toString()).toBe(fastCsv(rows));
  });

  it('tells NULL and empty alike, writes a line for a row of no columns, and nothing for no rows', () => {
    expect(encode(create, 64, [Buffer.concat([dataRow([null, '']), done])]).bytes.toString()).toBe(',\n');
    expect(encode(create, 64, [Buffer.concat([dataRow([]), done])]).bytes.toString()).toBe('\n');
    expect(encode(create, 64, [done]).bytes.toString()).toBe('');
  });

  it('hands every other message on, after the rows before it and before those behind', () => {
    const notice = messageOf('N', Buffer.from('x'.repeat(500)));
    const bytes = Buffer.concat([dataRow(['1']), notice, dataRow(['2']), dataRow(['3']), done]);
    for (const windowBytes of [64, 65_536]) {
      expect(encode(create, windowBytes, [bytes]).messages).toEqual([
        { type: 'N', rowsBefore: 1, bytesBefore: 2 },
        { type: 'C', rowsBefore: 3, bytesBefore: 6 },
      ]);
    }
  });

  it('stops at a value that is too large as soon as its length is known, and names it', () => {
    const { columnNames } = guard;
    const encoder = new MessageEncoder(create(64), {
      maxFieldBytes: 1000,
      columnNames,
      onMessage: () => undefined,
    });
    const fits = Buffer.concat([dataRow(['x'.repeat(1000), 'y'.repeat(1000)]), dataRow(['b', null])]);
    for (const piece of splitAt(fits, [500, 503, 1040])) for (const _bytes of encoder.encode(piece));
    const tooLarge = dataRow([null, 'x'.repeat(1001)]).subarray(0, 100);
    const running = () => [...encoder.encode(tooLarge)];
    expect(running).toThrow(
      expect.objectContaining({
        code: 'field_too_large',
        message: 'Row 3: second has 1001 bytes, more than the 1000 allowed (EXPORT_MAX_FIELD_BYTES).',
      }),
    );
  });

  const count = (columns: number) => Buffer.from([0, columns]);
  it.each([
    ['a field that is longer than its row', messageOf('D', Buffer.from([0, 1, 0, 0, 0, 9, 65]))],
    ['more columns than fields', messageOf('D', count(3))],
    ['fewer columns than fields', messageOf('D', Buffer.concat([count(0), Buffer.from('left over')]))],
    ['a message without a body', Buffer.from('D\0\0\0\x04')],
    ['a length below its own four bytes', Buffer.from('C\0\0\0\x03')],
    ['a type that is none', messageOf('\x07', Buffer.alloc(8))],
  ])('refuses %s', (_what, bytes) => {
    for (const windowBytes of [64, 65_536]) {
      const running = () =>
        encode(create, windowBytes, [Buffer.concat([dataRow(['a']), bytes, dataRow(['b'])])]);
      expect(running).toThrow(expect.objectContaining({ code: 'source_protocol', retryable: true }));
    }
  });

  it('never takes forever or dies, whatever it is sent', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        try {
          encode(
            create,
            64,
            pieces.map((piece) => Buffer.concat([Buffer.from('D\0\0\0'), piece])),
          );
        } catch (error) {
          expect(error).toMatchObject({ code: 'source_protocol' });
        }
      }),
    );
  });
});

describe('loading the WebAssembly', () => {
  it('gives nothing where the file is missing or is none', () => {
    expect(loadWasmKernel(new URL('./missing.wasm', import.meta.url))).toBeUndefined();
    expect(loadWasmKernel(new URL(import.meta.url))).toBeUndefined();
  });
});
