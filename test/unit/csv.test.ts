import fc from 'fast-check';
import { writeToString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/export/dataset.ts';
import { encode, encoderInput } from '../support/encode.ts';
import { readCsv } from '../support/read-csv.ts';
import { csv } from '../../src/export/formats/csv.ts';
import { delimitedEncoder } from '../../src/export/formats/delimited.ts';
import type { TextRow } from '../../src/export/formats/format.ts';

const columnsNamed = (...names: string[]): Column[] =>
  names.map((name) => ({ name, type: 'text', description: name }));

function fileOf(columns: Column[], ...batches: TextRow[][]): string {
  return encode(csv, columns, batches).toString();
}

describe('the CSV of a diary, byte for byte', () => {
  it.each([
    ['plain text', 'Alien', 'Alien'],
    ['NULL as nothing', null, ''],
    ['an empty text as nothing', '', ''],
    ['a comma', 'Good, bad', '"Good, bad"'],
    ['a quote, doubled', 'the "one"', '"the ""one"""'],
    ['a line feed', 'a\nb', '"a\nb"'],
    ['a carriage return', 'a\rb', '"a\rb"'],
    ['a pipe without quotes', 'a|b', 'a|b'],
    ['a semicolon, a tab and an apostrophe without quotes', `a;b\tc'd`, `a;b\tc'd`],
    ['blanks at both ends', ' a ', ' a '],
    ['what looks like a formula', '=1+1', '=1+1'],
    ['emoji, CJK and right-to-left text', '🎬 映画 فيلم', '🎬 映画 فيلم'],
  ])('writes %s', (_name, value, written) => {
    expect(fileOf(columnsNamed('c'), [[value]])).toBe(`c\n${written}\n`);
  });

  it('has a header and LF after every line, the last included, even without rows', () => {
    expect(fileOf(columnsNamed('title', 'year'))).toBe('title,year\n');
    expect(fileOf(columnsNamed('title', 'year'), [['Alien', '1979']])).toBe('title,year\nAlien,1979\n');
  });

  it('has no byte order mark', () => {
    expect(Buffer.from(fileOf(columnsNamed('a')))[0]).toBe('a'.charCodeAt(0));
  });

  it('writes a first row that equals the header', () => {
    expect(fileOf(columnsNamed('a', 'b'), [['a', 'b']])).toBe('a,b\na,b\n');
  });

  it('does not depend on how the rows are batched', () => {
    const rows = [['1'], ['2'], ['3']];
    expect(fileOf(columnsNamed('n'), rows)).toBe(fileOf(columnsNamed('n'), [['1']], [], [['2'], ['3']]));
  });
});

it('comes back from a strict CSV reader as it went in, NULL as an empty text', () => {
  // PostgreSQL holds no NUL, so none reaches an encoder.
  const field = fc.option(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')));
  const rows = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(rows, (values) => {
      const text = fileOf(columnsNamed('a', 'b', 'c'), values);
      const expected = values.map((row) => row.map((value) => value ?? ''));
      expect(readCsv(text)).toEqual([['a', 'b', 'c'], ...expected]);
    }),
  );
});

it('writes what fast-csv itself writes, but for the | that it quotes by mistake', async () => {
  const value = fc.string({
    unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', '\0', "'", ';', 'é', '😀'),
  });
  const rows = fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(rows, async (written) => {
      const expected = await writeToString(written, { includeEndRowDelimiter: true });
      expect(delimitedEncoder(encoderInput([])).batch(written)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});
