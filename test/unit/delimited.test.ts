// Dialects of CSV, the forms of values in them, and the guard against formulas.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, ColumnType } from '../../src/export/dataset.ts';
import { resolveOptions } from '../../src/export/export-options.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import { csv } from '../../src/export/formats/csv.ts';
import { delimiters } from '../../src/export/formats/delimiters.ts';
import type { TextRow } from '../../src/export/formats/format.ts';
import { undoOf } from '../../src/read/undo-field.ts';
import { encode } from '../support/encode.ts';

const column = (name: string, type: ColumnType = 'text', label?: string): Column => ({
  name,
  type,
  description: name,
  ...(label === undefined ? {} : { label }),
});
const write = (columns: Column[], rows: TextRow[], options: Partial<ExportOptions>) =>
  encode(csv, columns, [rows], options);
/** What becomes of one value. */
const field = (value: string | null, options: Partial<ExportOptions>, type: ColumnType = 'text') =>
  write([column('c', type)], [[value]], options)
    .toString()
    .split('\n')
    .slice(1, -1)
    .join('\n');

describe('a dialect', () => {
  it.each([
    ['semicolon', 'a;b', '"a;b"'],
    ['semicolon', 'a,b', 'a,b'],
    ['tab', 'a\tb', '"a\tb"'],
    ['pipe', 'a|b', '"a|b"'],
    ['pipe', 'a.b$]\\', 'a.b$]\\'],
  ] as const)('with %s writes %s as %s', (delimiter, value, written) => {
    expect(field(value, { delimiter })).toBe(written);
  });

  it.each([
    [{ nullText: 'NULL' }, 'NULL', '"NULL"', '""'],
    [{ nullText: '\\N' }, '\\N', '"\\N"', '""'],
    [{ quoteAll: true }, '', '"NULL"', '""'],
    [{ quoteAll: true, nullText: 'NULL' }, 'NULL', '"NULL"', '""'],
  ] as const)('%o tells NULL from a text like it', (options, forNull, forText, forEmpty) => {
    expect(field(null, options)).toBe(forNull);
    expect(field('nullText' in options ? options.nullText : 'NULL', options)).toBe(forText);
    expect(field('', options)).toBe('quoteAll' in options ? forEmpty : '');
  });

  it.each([
    ['utf-8', '61'],
    ['utf-8-bom', 'efbbbf61'],
    ['utf-16le', 'fffe6100'],
  ] as const)('in %s begins with %s', (encoding, hex) => {
    expect(
      write([column('a')], [], { encoding })
        .toString('hex')
        .slice(0, hex.length),
    ).toBe(hex);
  });

  it('has labels in its header when asked', () => {
    const columns = [column('a', 'text', 'The "A"'), column('b')];
    expect(write(columns, [], { headers: 'labels' }).toString()).toBe('"The ""A""",b\n');
  });

  it('comes back from a reader that knows it, whatever is in the fields', () => {
    const value = fc.option(
      fc.string({ unit: fc.constantFrom('a', ',', ';', '\t', '|', '"', '\r', '\n', "'", '=', 'N', 'é') }),
    );
    const dialect = fc.record({
      delimiter: fc.constantFrom('comma', 'semicolon', 'tab', 'pipe'),
      lineEnd: fc.constantFrom('lf', 'crlf'),
      quoteAll: fc.boolean(),
      nullText: fc.constantFrom('NULL', '\\N'),
    });
    fc.assert(
      fc.property(dialect, fc.array(fc.tuple(value, value), { maxLength: 5 }), (options, rows) => {
        const text = write([column('a'), column('b')], rows, options).toString();
        const delimiter = delimiters[options.delimiter];
        const found = read(text, delimiter, options.lineEnd === 'crlf' ? '\r\n' : '\n', options.nullText);
        expect(found.slice(1)).toEqual(rows);
      }),
    );
  });
});

describe('the form of values', () => {
  it.each([
    ['number', { decimalSeparator: 'comma', delimiter: 'semicolon' }, '-7.50', '-7,50'],
    ['number', { decimalSeparator: 'comma' }, '7.5', '"7,5"'],
    ['number', { decimalSeparator: 'comma' }, 'NaN', 'NaN'],
    ['text', { decimalSeparator: 'comma' }, '7.5', '7.5'],
    ['date', { dateFormat: 'dd.mm.yyyy' }, '2026-11-22', '22.11.2026'],
    ['date', { dateFormat: 'mm/dd/yyyy' }, '2026-11-22', '11/22/2026'],
    ['date', { dateFormat: 'dd/mm/yyyy' }, '0044-03-15 BC', '0044-03-15 BC'],
    ['date', { dateFormat: 'dd/mm/yyyy' }, 'infinity', 'infinity'],
    ['timestamp', { dateFormat: 'dd.mm.yyyy' }, '2026-11-22 11:34:31.67+00', '22.11.2026 11:34:31.67+00'],
    ['text', { dateFormat: 'dd.mm.yyyy' }, '2026-11-22', '2026-11-22'],
  ] as const)('%s with %o: %s is %s', (type, options, value, written) => {
    expect(field(value, options, type)).toBe(written);
  });
});

describe('the guard', () => {
  const guarded = (value: string, type: ColumnType = 'text') => field(value, { formulaGuard: true }, type);

  it.each(['=1+1', '-a', '@SUM(1)', '\tx', '＝1', '＋1', "'a", '-', "'"])(
    'puts an apostrophe before %j',
    (value) => {
      expect(guarded(value)).toBe(`'${value}`);
      expect(field(value, {})).toBe(value);
    },
  );

  it.each([
    ...[
      '007',
      '1917',
      '12345678901234567890',
      '-5',
      '+49 30 123',
      '1,234.50',
      '1 234,5',
      "1'000",
      '(5)',
      '50 %',
    ],
    ...[
      '$ 5',
      '5 €',
      '1/2',
      '9/11',
      '1-2',
      '12:08',
      '12:08 pm',
      '3E5',
      '1e-7',
      '2020-01-01T10:00Z',
      '１２３',
    ],
    ...['MAR1', 'Sept. 2', '1. Mai 2020', '1-Dec-20 5 a', 'true', 'FALSE', 'wahr', "'5", '@5', '－1', ' 7 '],
  ])('keeps %j a text by a formula that gives it', (value) => {
    expect(guarded(value)).toBe(`"=""${value}"""`);
    expect(field(value, {}).replaceAll('"', '')).toBe(value);
  });

  it.each([
    'a=1',
    'Alien 3',
    'Apollo 13',
    '5"',
    '5\n6',
    '12 Monkeys',
    'P1Y2DT3H',
    'trueish',
    'May',
    'e',
    '…',
  ])('leaves %j alone', (value) => {
    expect(guarded(value)).toBe(field(value, {}));
  });

  it('leaves numbers alone in columns of numbers, but integers that would lose digits', () => {
    expect(guarded('-5', 'integer')).toBe('-5');
    expect(guarded('-5.5e-7', 'number')).toBe('-5.5e-7');
    expect(guarded('123456789012345', 'integer')).toBe('123456789012345');
    expect(guarded('-1234567890123456', 'integer')).toBe('"=""-1234567890123456"""');
    expect(guarded('-Infinity', 'number')).toBe("'-Infinity");
    expect(guarded('2026-11-22', 'date')).toBe('2026-11-22');
  });

  it('puts an apostrophe before digits that are too many for a formula', () => {
    expect(guarded('1'.repeat(255))).toBe(`"=""${'1'.repeat(255)}"""`);
    expect(guarded('1'.repeat(256))).toBe(`'${'1'.repeat(256)}`);
    expect(guarded('1'.repeat(256), 'integer')).toBe(`'${'1'.repeat(256)}`);
  });

  it('takes no time over a text that is made to take long', () => {
    const started = performance.now();
    for (const part of ['1', ' ', 'e', 'sept', 'jun', '1e']) guarded(`${part.repeat(200_000)}!x`);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  const types: readonly ColumnType[] = ['text', 'integer', 'number', 'boolean', 'date', 'timestamp'];
  const options = { compression: 'none', formulaGuard: true } as const;
  const settings = resolveOptions(options);

  it('is undone by the reader, whatever the text, and no text begins like a formula but by its own', () => {
    const units = fc.constantFrom("'", '=', '="', '"', '-', '＝', 'a', '\r', ' ', '0', '7', '.', '/', 'e');
    const anything = fc
      .oneof(fc.string({ unit: units }), fc.string({ unit: 'binary' }))
      .map((value) => value.replaceAll('\0', ''));
    fc.assert(
      fc.property(anything, fc.constantFrom(...types), (value, type) => {
        const file = write([column('c', type)], [[value]], options).toString();
        const found = read(file, ',', '\n', '')[1]?.[0] ?? '';
        expect(undoOf(type, settings)?.(found)).toBe(value);
        expect(found).not.toMatch(/^(?!="[^"]+"$|-\d[\d.e-]*$)[=+\-@\t\r\n＝＋－＠]/i);
      }),
      { numRuns: 1000 },
    );
  });

  it('is undone in files from before there were formulas', () => {
    const written = ["'=1", "''a", '\'="007"', '007', 'a="1"'];
    expect(written.map((value) => undoOf('text', settings)?.(value))).toEqual([
      ...['=1', "'a", '="007"', '007', 'a="1"'],
    ]);
  });
});

it('the preset for Excel opens by double click: UTF-16 with tabs, everything quoted, labels, guarded', () => {
  const columns = [column('title', 'text', 'Title'), column('rating', 'number')];
  const text = write(
    columns,
    [
      ['=1+1', '7.5'],
      ['007', null],
      [null, null],
    ],
    { preset: 'excel' },
  ).toString('utf16le');
  expect(text).toBe('\ufeff"Title"\t"rating"\r\n"\'=1+1"\t"7.5"\r\n"=""007"""\t\r\n\t\r\n');
});

/** A reader of the test's own: null only for the unquoted text for it. */
function read(text: string, delimiter: string, lineEnd: string, nullText: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length;) {
    let end = at;
    let value: string | null;
    if (text[at] === '"') {
      for (end = at + 1; text[end] !== '"' || text[end + 1] === '"'; end++) if (text[end] === '"') end++;
      value = text.slice(at + 1, end).replaceAll('""', '"');
      end++;
    } else {
      while (!text.startsWith(delimiter, end) && !text.startsWith(lineEnd, end)) end++;
      value = text.slice(at, end);
      if (value === nullText) value = null;
    }
    row.push(value);
    if (text.startsWith(delimiter, end)) {
      at = end + 1;
      continue;
    }
    expect(text.slice(end, end + lineEnd.length)).toBe(lineEnd);
    rows.push(row);
    row = [];
    at = end + lineEnd.length;
  }
  return rows;
}
