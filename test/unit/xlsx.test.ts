import fc from 'fast-check';
import { readXlsx } from 'hucre';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import type { Column, ColumnType } from '../../src/export/dataset.ts';
import type { Piece, TextRow } from '../../src/export/formats/format.ts';
import { escapeXml } from '../../src/export/formats/xlsx/xml-text.ts';
import { XlsxEncoder } from '../../src/export/formats/xlsx/xlsx.ts';
import { ZipStream } from '../../src/export/zip-stream.ts';
import { encoderInput } from '../support/encode.ts';

const column = (name: string, type: ColumnType): Column => ({ name, type, description: name });

async function workbook(
  columns: Column[],
  rows: TextRow[],
  { title = 'Under test', maxSheetRows }: { title?: string; maxSheetRows?: number } = {},
) {
  const encoder = new XlsxEncoder({ ...encoderInput(columns), title }, maxSheetRows);
  const pieces = [encoder.start(), encoder.batch(rows), encoder.end()].flat();
  const file = new PassThrough();
  const chunks = pieces.map((piece: Piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece));
  const [content] = await Promise.all([
    buffer(file),
    pipeline(Readable.from(chunks), new ZipStream({ level: 1, entry: '-' }), file),
  ]);
  return readXlsx(content, { readStyles: true });
}

/** What the one cell of a sheet is to a reader. */
async function cellOf(type: ColumnType, value: string) {
  const { sheets } = await workbook([column('c', type)], [[value]]);
  return sheets[0]?.rows[1]?.[0];
}

describe('a number', () => {
  it.each([
    ['integer', '0', 0],
    ['integer', '-999999999999999', -999999999999999],
    ['integer', '1000000000000000', '1000000000000000'],
    ['number', '123456789.123456', 123456789.123456],
    ['number', '0.1234567890123456789', '0.1234567890123456789'],
    ['number', '1.7976931348623157e+308', 1.7976931348623157e308],
    ['number', '5e-324', '5e-324'],
    ['number', '-0', '-0'],
    ['number', `0.${'0'.repeat(330)}1`, `0.${'0'.repeat(330)}1`],
    ['number', '1e400', '1e400'],
    ['number', '007', '007'],
  ] as const)('%s %s is %o', async (type, text, value) => {
    expect(await cellOf(type, text)).toBe(value);
  });

  it('of more characters than a number is read with is text', async () => {
    const zeros = (text: string, length: number) => text.padEnd(length, '0');
    expect(await cellOf('number', zeros('1.5', 1000))).toBe(1.5);
    // A numeric of PostgreSQL may have as many digits behind its point.
    for (const text of [zeros('1.5', 1001), zeros('0.', 16_385)]) {
      expect(await cellOf('number', text)).toBe(text);
    }
  });

  it('is a number only where its value is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double(), async (number) => {
        const found = await cellOf('number', String(number));
        // By its text: minus zero is written as zero.
        if (typeof found === 'number') expect(String(found)).toBe(String(number));
        else expect(found).toBe(String(number));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a moment', () => {
  it.each([
    ['date', '1900-03-01', new Date('1900-03-01')],
    ['date', '1900-02-28', '1900-02-28'],
    ['date', '9999-12-31', new Date('9999-12-31')],
    ['date', '10000-01-01', '10000-01-01'],
    ['date', '0099-12-31', '0099-12-31'],
    ['date', 'infinity', 'infinity'],
    ['date', '0044-03-15 BC', '0044-03-15 BC'],
    ['timestamp', '2026-11-22 23:59:59.999+00', new Date('2026-11-22T23:59:59.999Z')],
    ['timestamp', '2026-03-29 02:30:00+05:30', new Date('2026-03-29T02:30:00Z')],
    ['timestamp', '9000-01-01 00:00:00.000001', '9000-01-01 00:00:00.000001'],
  ] as const)('%s %s is %o', async (type, text, value) => {
    expect(await cellOf(type, text)).toEqual(value);
  });
});

describe('text', () => {
  it('comes back as it went in', async () => {
    const unit = fc.oneof(
      fc.constantFrom(
        '\t',
        '\r',
        '\n',
        ' ',
        '\x01',
        '\x7f',
        '\ufffe',
        '\uffff',
        '_x000D_',
        '_',
        '&',
        '<',
        ']]>',
        '"',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => text.replaceAll('\0', '')),
    );
    const text = fc.array(unit, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        expect(await cellOf('text', value)).toBe(value);
      }),
      { numRuns: 100 },
    );
  });

  it('holds nothing that XML 1.0 does not, and no CR that it would change', () => {
    const allowed = /^[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
    const unit = fc.oneof(
      fc.constantFrom('\r', '\x01', '\ufffe', '\uffff'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(fc.property(unit, (value) => allowed.test(escapeXml(value))));
  });

  it('that begins like a formula is marked as text, and not changed', async () => {
    const values = ['=1+1', '+1', '-1', '@a', '\t=1', '＝1', '-5', "'a", 'a=1'];
    const { sheets } = await workbook(
      [column('c', 'text')],
      values.map((value) => [value]),
    );
    expect(sheets[0]?.rows.slice(1).map(([value]) => value)).toEqual(values);
    const cells = [...(sheets[0]?.cells?.values() ?? [])];
    expect(cells.filter(({ formula }) => formula !== undefined)).toEqual([]);
  });

  it('of more than 32,767 characters goes on behind the last column, without a loss', async () => {
    const long = '🎬'.repeat(16_000) + 'x' + '🎬'.repeat(20_000);
    const { sheets } = await workbook(
      [column('id', 'integer'), column('comment', 'text'), column('b', 'text')],
      [['1', long, 'b']],
    );
    const [id, first, b, ...more] = sheets[0]?.rows[1] ?? [];
    expect([id, b, more.length]).toEqual([1, 'b', 2]);
    expect(more.map((piece) => String(piece).slice(0, 15))).toEqual(['comment (2/3): ', 'comment (3/3): ']);
    const pieces = [String(first), ...more.map((piece) => String(piece).replace(/^comment \(\d\/3\): /, ''))];
    expect(pieces.join('')).toBe(long);
    expect([first, ...more].every((piece) => String(piece).length <= 32_767)).toBe(true);
  });
});

it('goes on in another sheet where one is full, each with the header', async () => {
  const rows = Array.from({ length: 7 }, (_, index) => [String(index)]);
  const { sheets } = await workbook([column('n', 'integer')], rows, { maxSheetRows: 4 });
  expect(sheets.map(({ name, rows: found }) => [name, ...found.flat()])).toEqual([
    ['Under test', 'n', 0, 1, 2],
    ['Under test 2', 'n', 3, 4, 5],
    ['Under test 3', 'n', 6],
  ]);
});

it.each([
  ['a/b\\c?*[d]:e', 'a b c   d  e'],
  ["'quoted'", 'quoted'],
  ['🎬'.repeat(20), '🎬'.repeat(15)],
  ['???', 'Sheet'],
  // Cut at 31 characters it would end with an apostrophe, which Excel does not take.
  ["The diaries of everybody in Ro's films", 'The diaries of everybody in Ro'],
])('calls the sheet of %s %s', async (title, name) => {
  expect((await workbook([column('n', 'integer')], [], { title })).sheets[0]?.name).toBe(name);
});

it('writes wide rows in pieces, however many of them a batch has', () => {
  const encoder = new XlsxEncoder(encoderInput([column('c', 'text')]));
  const rows = Array.from({ length: 100 }, () => ['x'.repeat(30_000)]);
  const lengths = encoder.batch(rows).map((piece) => (typeof piece === 'string' ? piece.length : 0));
  expect(Math.max(...lengths)).toBeLessThan(1.1 * 1024 * 1024);
});

it('refuses a row whose texts need more cells than Excel has columns', () => {
  // 32 pieces of each of 512: the last column. One character more is a column too many.
  const wide = 'x'.repeat(32_000 * 32);
  const columns = Array.from({ length: 512 }, (_, index) => column(`c${index}`, 'text'));
  const row = columns.map(() => wide);
  const encoder = new XlsxEncoder(encoderInput(columns));
  expect(() => encoder.batch([[...row.slice(1), `${wide}x`]])).toThrow('16384 columns');
});
