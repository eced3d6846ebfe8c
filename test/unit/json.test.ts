import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Column, ColumnType } from '../../src/export/dataset.ts';
import type { TextRow } from '../../src/export/formats/format.ts';
import { json } from '../../src/export/formats/json.ts';
import { encode } from '../support/encode.ts';

const column = (name: string, type: ColumnType): Column => ({ name, type, description: name });

function fileOf(columns: Column[], ...batches: TextRow[][]): string {
  return encode(json, columns, batches).toString();
}

it('writes numbers and booleans as such, NULL as null, the rest as text', () => {
  const columns = [
    column('title', 'text'),
    column('year', 'integer'),
    column('rating', 'number'),
    column('seen', 'boolean'),
  ];
  const text = fileOf(columns, [
    ['Alien', '1979', '8.5', 't'],
    [null, null, null, 'f'],
  ]);
  expect(text).toBe(
    '[\n{"title":"Alien","year":1979,"rating":8.5,"seen":true},\n{"title":null,"year":null,"rating":null,"seen":false}\n]\n',
  );
});

it('keeps digits that a double cannot hold, and writes what is no JSON number as text', () => {
  const text = fileOf(
    [column('n', 'number')],
    [['9223372036854775807'], ['-0.10'], ['1e-7'], ['NaN'], ['Infinity']],
  );
  expect(text).toBe(
    '[\n{"n":9223372036854775807},\n{"n":-0.10},\n{"n":1e-7},\n{"n":"NaN"},\n{"n":"Infinity"}\n]\n',
  );
});

it('is valid JSON however the rows are batched, with any text as key or value', () => {
  const anything = fc.string({ unit: 'binary' });
  const batches = fc.array(fc.array(fc.tuple(fc.option(anything)), { maxLength: 4 }), { maxLength: 4 });
  fc.assert(
    fc.property(anything, batches, (name, rows) => {
      const expected = rows.flat().map(([value]) => [[name, value]]);
      const found = JSON.parse(fileOf([column(name, 'text')], ...rows)) as object[];
      expect(found.map((row) => Object.entries(row))).toEqual(expected);
    }),
  );
});
