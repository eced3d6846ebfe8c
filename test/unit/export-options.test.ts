import { expect, it } from 'vitest';
import { z } from 'zod';
import { optionFaults } from '../../src/export/check-options.ts';
import { chooseEncoder } from '../../src/export/choose-encoder.ts';
import { defineDataset } from '../../src/export/dataset.ts';
import { canonicalOptions, exportOptions } from '../../src/export/export-options.ts';
import { formatNames } from '../../src/export/formats/format.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { optionsOf } from '../../src/export/options-of.ts';

const dataset = defineDataset({
  name: 'under-test',
  title: 'Under test',
  description: 'A dataset of a test',
  roles: ['admin', 'user'],
  params: z.object({ id: z.string() }),
  subjectParam: 'id',
  formats: formatNames,
  columns: [
    { name: 'a', type: 'text', description: 'a' },
    { name: 'secret', type: 'text', description: 'b', needs: 'admin' },
  ],
  sort: { by: { a: 'a', secret: 'secret' }, default: ['a'], tieBreak: 'id' },
  query: () => ({ text: 'select 1', values: [] }),
});

it.each([
  [
    'csv',
    { compression: 'zip', rowsPerFile: 10_000, preset: 'excel', columns: ['a'], delimiter: 'pipe' },
    [],
  ],
  ['tsv', { delimiter: 'pipe' }, ['delimiter']],
  ['tsv', { preset: 'excel' }, []],
  ['json', { quoteAll: true, dateFormat: 'iso', timeZone: 'Europe/Berlin' }, ['quoteAll', 'dateFormat']],
  ['ndjson', { preset: 'excel' }, ['preset']],
  ['ndjson', { preset: 'round-trip', compression: 'gzip' }, []],
  ['xlsx', { compression: 'gzip' }, ['compression']],
  ['xlsx', { compression: 'zip' }, ['compression']],
  ['xlsx', { compression: 'zip', rowsPerFile: 10_000 }, []],
  ['xlsx', { compression: 'gzip', rowsPerFile: 10_000 }, ['compression', 'rowsPerFile']],
  ['xlsx', { rowsPerFile: 10_000 }, ['rowsPerFile']],
  ['parquet', { compression: 'zip', rowsPerFile: 10_000 }, []],
  ['xlsx', { headers: 'labels', dateFormat: 'dd.mm.yyyy', preset: 'excel' }, []],
  [
    'parquet',
    { compression: 'zip', headers: 'labels', timeZone: 'UTC' },
    ['headers', 'timeZone', 'compression'],
  ],
  ['csv', { compression: 'gzip', rowsPerFile: 10_000 }, ['rowsPerFile']],
  ['csv', { columns: ['a', 'secret', 'b'] }, ['columns/1', 'columns/2']],
  ['parquet', { sort: ['-a'] }, []],
  ['csv', { sort: ['a', '-secret', 'b'] }, ['sort/1', 'sort/2']],
] as const)('%s with %o: what cannot be had is %o', (format, options, places) => {
  const parsed = exportOptions.parse({ compression: 'none', ...options });
  const faults = optionFaults({ dataset, role: 'user' }, [format], parsed);
  expect(faults.map(({ path }) => path.join('/'))).toEqual(places);
});

it.each([
  ['csv', { compression: 'gzip', delimiter: 'pipe' }, { compression: 'gzip', delimiter: 'pipe' }],
  ['xlsx', { compression: 'gzip', delimiter: 'pipe' }, { compression: 'none' }],
  ['xlsx', { compression: 'zip' }, { compression: 'none' }],
  [
    'xlsx',
    { compression: 'zip', rowsPerFile: 10_000, quoteAll: true },
    { compression: 'zip', rowsPerFile: 10_000 },
  ],
] as const)('among several formats, %s takes of %o what it has a use for', (format, options, taken) => {
  expect(optionsOf(format, options)).toEqual(taken);
});

it.each([
  [{ separator: ';' }],
  [{ delimiter: ';' }],
  [{ columns: [] }],
  [{ columns: ['a', 'a'] }],
  [{ sort: [] }],
  [{ sort: ['a', '-a'] }],
  [{ sort: 'a' }],
  [{ timeZone: 'Mars/Olympus' }],
  [{ timeZone: '+02:00' }],
  [{ timeZone: "UTC'; drop" }],
  [{ rowsPerFile: 9999 }],
  [{ nullText: '=1' }],
])('knows no %o', (options) => {
  expect(exportOptions.safeParse({ compression: 'none', ...options }).success).toBe(false);
});

it.each([
  [{ preset: 'round-trip', delimiter: 'comma', timeZone: 'UTC', formulaGuard: false }, {}],
  [
    { preset: 'excel', delimiter: 'tab', lineEnd: 'lf' },
    { preset: 'excel', lineEnd: 'lf' },
  ],
  [{ columns: ['b', 'a'] }, { columns: ['b', 'a'] }],
  [{ sort: ['a'] }, {}],
  [{ sort: ['-a'] }, { sort: ['-a'] }],
] as const)('%o is kept as %o', (options, kept) => {
  const asked = exportOptions.parse({ compression: 'none', ...options });
  expect(canonicalOptions(asked, dataset.sort?.default)).toEqual({ compression: 'none', ...kept });
});

it.each<[FormatName, object, 'bytes' | 'rows']>([
  [
    'csv',
    { columns: ['a'], sort: ['-a'], headers: 'labels', encoding: 'utf-8-bom', timeZone: 'Asia/Tokyo' },
    'bytes',
  ],
  ['csv', { compression: 'zip' }, 'bytes'],
  ['csv', { compression: 'zip', rowsPerFile: 10_000 }, 'rows'],
  ['csv', { preset: 'excel' }, 'rows'],
  ['csv', { delimiter: 'pipe' }, 'rows'],
  ['csv', { lineEnd: 'crlf' }, 'rows'],
  ['csv', { quoteAll: true }, 'rows'],
  ['csv', { nullText: 'NULL' }, 'rows'],
  ['csv', { decimalSeparator: 'comma' }, 'rows'],
  ['csv', { dateFormat: 'dd/mm/yyyy' }, 'rows'],
  ['csv', { formulaGuard: true }, 'rows'],
  ['tsv', {}, 'rows'],
  ['xlsx', {}, 'rows'],
])('%s with %o takes the way of %s', (format, options, path) => {
  const parsed = exportOptions.parse({ compression: 'none', ...options });
  expect(chooseEncoder({}, format, parsed, 'auto').path).toBe(path);
});
