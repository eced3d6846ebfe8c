// What `rowferry verify` says of the rows of real exports: every built-in type, in every format and dialect.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { typeDeclarations, typeSamples } from '../../scripts/type-samples.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { checkParquet } from '../../src/verify/check-parquet.ts';
import { checkRows } from '../../src/verify/check-rows.ts';
import type { RowsClaim } from '../../src/verify/check-rows.ts';
import { exportSamples, sampleColumns } from '../support/export-samples.ts';
import { readZip } from '../support/read-zip.ts';
import { datasetOf, runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { writeZip } from '../support/write-zip.ts';

const database = useTestDatabase();
let path: string;
beforeAll(async () => {
  await database.pool.query(typeDeclarations);
  path = join(await mkdtemp(join(tmpdir(), 'rowferry-verify-')), 'file');
});
afterAll(() => rm(join(path, '..'), { recursive: true }));

const columns = sampleColumns(typeSamples).map((column) => ({ ...column, masked: false }));
const claim = (format: FormatName, options: Partial<ExportOptions>, about: Partial<RowsClaim> = {}) => ({
  format,
  options: { compression: 'none', ...options },
  columns,
  ...about,
});

async function check(content: Buffer, about: RowsClaim) {
  await writeFile(path, content);
  return (about.format === 'parquet' ? checkParquet : checkRows)(path, about);
}

describe.each<[FormatName, Partial<ExportOptions>]>([
  ['csv', {}],
  ['csv', { compression: 'gzip' }],
  ['csv', { compression: 'zip' }],
  ['csv', { preset: 'excel' }],
  ['csv', { preset: 'excel', delimiter: 'semicolon', decimalSeparator: 'comma', dateFormat: 'dd.mm.yyyy' }],
  ['csv', { delimiter: 'pipe', nullText: '\\N', formulaGuard: true, timeZone: 'Asia/Kolkata' }],
  ['tsv', { lineEnd: 'crlf', quoteAll: true, dateFormat: 'mm/dd/yyyy' }],
  ['ndjson', { compression: 'gzip' }],
  ['json', { compression: 'zip', timeZone: 'America/New_York' }],
  ['xlsx', {}],
  ['xlsx', { preset: 'excel', dateFormat: 'mm/dd/yyyy' }],
  ['xlsx', { compression: 'zip', rowsPerFile: 10_000 }],
  ['parquet', {}],
  ['parquet', { compression: 'zip', rowsPerFile: 10_000 }],
])('%s with %o', (format, options) => {
  const asked = { compression: 'none', ...options } as const;

  it('is right, with every type and NULL', async () => {
    const samples = typeSamples;
    const { content } = await exportSamples({
      connectionString: database.url,
      samples,
      format,
      options: asked,
    });
    expect(await check(content, claim(format, options))).toEqual({ rows: 2 });
  });

  it('is wrong where a column has another type, and says in which row', async () => {
    const dataset = datasetOf("select * from (values ('1', '2026-01-02'), ('2', 'soon')) as v (a, b)", [
      'a',
      'b',
    ]);
    const { content } = await runTestExport({
      connectionString: database.url,
      dataset,
      format,
      options: asked,
    });
    const said = [
      { name: 'a', type: 'text', masked: false },
      { name: 'b', type: 'date', masked: false },
    ];
    // In the form that days have there.
    const about = claim(format, { ...options, dateFormat: 'iso' }, { columns: said });
    expect(await check(content, about)).toEqual({
      wrong: expect.stringMatching(/^(line|row) \d.*column "b" has "soon", which is no date$/) as string,
    });
  });
});

it('counts the rows of each file of a zip, and names the one that is wrong', async () => {
  const content = await writeZip({ 'a.csv': 'a\n1\n2\n', 'b.csv': 'a\n3\nfour\n' });
  const about = claim(
    'csv',
    { compression: 'zip' },
    { columns: [{ name: 'a', type: 'integer', masked: false }] },
  );
  expect(await check(content, about)).toEqual({
    wrong: 'line 3 of “b.csv” column "a" has "four", which is no integer',
  });
});

it.each(['xlsx', 'parquet'] as const)(
  'counts the rows of each %s of a split export, and names the one that is wrong',
  async (format) => {
    const dataset = datasetOf("select n::text as a, 'x' as b from generate_series(1, 2500) n", ['a', 'b']);
    const options = { compression: 'zip', rowsPerFile: 1000 } as const;
    const { content } = await runTestExport({ connectionString: database.url, dataset, format, options });
    const columnsOf = (type: string) => ['a', 'b'].map((name) => ({ name, type, masked: false }));
    // As it might have been asked for.
    const about = (type: string) =>
      claim(format, { ...options, rowsPerFile: 10_000 }, { columns: columnsOf(type) });
    expect(await check(content, about('text'))).toEqual({ rows: 2500 });
    expect(await check(content.subarray(0, -30), about('text'))).toEqual({
      wrong: 'it is a ZIP that is damaged or cut short',
    });
    const files = Object.fromEntries(readZip(content));
    const name = `under-test-0002.${format}`;
    const damaged = await writeZip({ ...files, [name]: files[name]?.subarray(0, -30) ?? '' });
    expect(await check(damaged, about('text'))).toEqual({
      wrong: expect.stringContaining(`“${name}”`) as string,
    });
    expect(await check(content, about('date'))).toEqual({
      wrong: expect.stringContaining(`“under-test-0001.${format}”`) as string,
    });
  },
);

it('has digits that no double holds for what they are', async () => {
  const about = claim('json', {}, { columns: [{ name: 'a', type: 'integer', masked: false }] });
  const rows = ['9007199254740993', '-170141183460469231731687303715884105728', '1'.repeat(40)];
  const content = Buffer.from(`[${rows.map((digits) => `{"a":${digits}}`).join(',\n')}]`);
  expect(await check(content, about)).toEqual({ rows: 3 });
});

it('sees a workbook with a cell changed or a sheet cut off', async () => {
  const dataset = datasetOf('select n from generate_series(1, 3) as n', [
    { name: 'n', type: 'integer', description: 'A number.' },
  ]);
  const { content } = await runTestExport({ connectionString: database.url, dataset, format: 'xlsx' });
  const about = claim('xlsx', {}, { columns: [{ name: 'n', type: 'integer', masked: false }] });
  const files = readZip(content);
  const changed = async (from: string, to: string) => {
    const sheet = files.get('xl/worksheets/sheet1.xml')?.toString().replace(from, to) ?? '';
    return check(await writeZip({ ...Object.fromEntries(files), 'xl/worksheets/sheet1.xml': sheet }), about);
  };
  expect(await changed('', '')).toEqual({ rows: 3 });
  expect(await changed('<v>2</v>', '<v>2.5</v>')).toEqual({
    wrong: 'line 3 column "n" has "2.5", which is no integer',
  });
  expect(await changed('</worksheet>', '')).toEqual({
    wrong: expect.stringContaining('its XML is damaged') as string,
  });
  expect(await changed('<t>n</t>', '<t>m</t>')).toEqual({ wrong: 'line 1 is not the header n' });
});

it('sees a Parquet file with other columns, and one that is cut', async () => {
  const dataset = datasetOf('select 1::int8 as n', ['n']);
  const { content } = await runTestExport({ connectionString: database.url, dataset, format: 'parquet' });
  const about = (name: string) =>
    claim('parquet', {}, { columns: [{ name, type: 'integer', masked: false }] });
  expect(await check(content, about('n'))).toEqual({ rows: 1 });
  expect(await check(content, about('m'))).toEqual({ wrong: 'its columns are n; they were m' });
  expect(await check(content.subarray(0, -9), about('n'))).toEqual({
    wrong: expect.stringContaining('it is no Parquet') as string,
  });
});
