// A file of the preset `excel`, opened in LibreOffice of two languages: texts are the texts, numbers are numbers.
import { expect, it } from 'vitest';
import type { Column } from '../../src/export/column.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import { csv } from '../../src/export/formats/csv.ts';
import { encode } from '../support/encode.ts';
import { hasOffice, openInOffice } from '../support/office.ts';

const office = hasOffice();

const texts = [
  ...['007', '12345678901234567890', '1917', '-5', '+49 30 123', '1,234.50', '1.234,5', '50 %', '5 €', '(5)'],
  ...['1/2', '9/11', '1-2', '01.02.2003', '12:08', '12:08 pm', '3E5', 'MAR1', '1. Mai 2020', 'true', 'wahr'],
  ...['2020-01-01', '2020-01-01T10:00Z', ' 7 ', 'Alien 3', 'a "b", c;', 'Łódź 🎬', '1'.repeat(255)],
];
const formulas = ['=1+1', "'=1+1", '+B1', '-B1', '@SUM(1)', '="007"', "=cmd|' /C calc'!A0", '1'.repeat(256)];
const numbers = ['3.5', '-12345.60', '0', '7.50', '1.5e-7', '123456789012345', '-0.25'];

const columns: Column[] = [
  { name: 'text', type: 'text', description: 'A text.', label: 'Text' },
  { name: 'number', type: 'number', description: 'A number.', label: 'Number' },
  { name: 'id', type: 'integer', description: 'A long number.' },
  { name: 'day', type: 'date', description: 'A day.' },
];
const all = [...texts, ...formulas];
const rows = all.map((text, index) => [
  ...[text, numbers[index % numbers.length] ?? null],
  ...['1234567890123456789', '2026-05-03'],
]);

it.skipIf(!office).each<[string, Partial<ExportOptions>]>([
  ['en-US', {}],
  ['de-DE', { decimalSeparator: 'comma' }],
])('(soffice) %s with %o', { timeout: 120_000 }, async (locale, options) => {
  const file = encode(csv, columns, [rows], { preset: 'excel', ...options });
  const [header, ...found] = await openInOffice(file, locale);
  expect(header?.map(({ value }) => value)).toEqual(['Text', 'Number', 'id', 'day']);
  expect(found.map(([text]) => [text?.type, text?.value])).toEqual([
    ...texts.map((value) => ['string', value]),
    // With an apostrophe that is seen, and not run.
    ...formulas.map((value) => ['string', `'${value}`]),
  ]);
  const run = found.flat().filter(({ formula = '="0"' }) => !/="[^"]+"$/.test(formula));
  expect(run).toEqual([]);
  for (const [index, [, number, id, day]] of found.entries()) {
    const value = Number(numbers[index % numbers.length]);
    expect({ ...number, value: Number(number?.value) }).toMatchObject({ type: 'float', value });
    expect(id).toMatchObject({ type: 'string', value: '1234567890123456789' });
    expect(day).toMatchObject({ type: 'date', value: '2026-05-03' });
  }
});
