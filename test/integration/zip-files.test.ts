// What comes as a zip: a packed file, a split one, and the workbook of Excel.
import { readXlsx } from 'hucre';
import { describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { readCsv } from '../support/read-csv.ts';
import { readParquet } from '../support/read-parquet.ts';
import { readZip } from '../support/read-zip.ts';
import { datasetOf, runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();

const rowsOf = (count: number) =>
  datasetOf(`select n as id, repeat('text ', 20) || n as text from generate_series(1, ${count}) n`, [
    { name: 'id', type: 'integer', description: 'Number.' },
    'text',
  ]);
const make = (count: number, format: FormatName, options: ExportOptions, maxBytes = 1e9) =>
  runTestExport({
    connectionString: database.url,
    dataset: rowsOf(count),
    format,
    options,
    limits: { maxBytes },
  });

it('packs one file as it would be without, by the byte path too', async () => {
  const plain = await make(3000, 'csv', { compression: 'none' });
  const zip = await make(3000, 'csv', { compression: 'zip' });
  expect(zip.encoder.path).toBe('bytes');
  expect(zip.bytes).toBe(zip.content.length);
  const files = readZip(zip.content);
  expect([...files.keys()]).toEqual(['under-test.csv']);
  expect(files.get('under-test.csv')?.toString()).toBe(plain.text);
  expect((await make(3000, 'csv', { compression: 'zip' })).sha256).toBe(zip.sha256);
});

it('holds a file without a byte too', async () => {
  const files = readZip((await make(0, 'ndjson', { compression: 'zip' })).content);
  expect([...files].map(([name, data]) => [name, data.length])).toEqual([['under-test.ndjson', 0]]);
});

describe('a split file', () => {
  const options: ExportOptions = { compression: 'zip', rowsPerFile: 1000 };

  it('has so many rows in each part, each with its header, and all of them in order', async () => {
    const { content, rows } = await make(2500, 'csv', options);
    expect(rows).toBe(2500);
    const parts = [...readZip(content)].map(([name, data]) => [name, readCsv(data.toString())] as const);
    expect(parts.map(([name, lines]) => [name, lines.length])).toEqual([
      ['under-test-0001.csv', 1001],
      ['under-test-0002.csv', 1001],
      ['under-test-0003.csv', 501],
    ]);
    expect(parts.every(([, [header]]) => header?.join() === 'id,text')).toBe(true);
    const ids = parts.flatMap(([, lines]) => lines.slice(1).map(([id]) => Number(id)));
    expect(ids).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  });

  it('is whole in each part, whatever the format', async () => {
    const files = readZip((await make(2000, 'json', options)).content);
    expect([...files.values()].map((data) => (JSON.parse(data.toString()) as object[]).length)).toEqual([
      1000, 1000,
    ]);
  });

  it('has one part without rows', async () => {
    const files = readZip((await make(0, 'csv', options)).content);
    expect([...files].map(([name, data]) => [name, data.toString()])).toEqual([
      ['under-test-0001.csv', 'id,text\n'],
    ]);
  });

  it('has workbooks that are whole, each with its header, and stored as they are', async () => {
    const { content, rows, bytes, sha256 } = await make(2500, 'xlsx', options);
    expect([rows, bytes]).toEqual([2500, content.length]);
    const files = readZip(content);
    expect([...files.keys()]).toEqual(['0001', '0002', '0003'].map((part) => `under-test-${part}.xlsx`));
    const parts = await Promise.all([...files.values()].map((file) => readXlsx(file)));
    expect(parts.map(({ sheets }) => sheets.length)).toEqual([1, 1, 1]);
    const found = parts.map(({ sheets }) => sheets[0]?.rows ?? []);
    expect(found.map((lines) => [lines[0], lines.length])).toEqual(
      [1001, 1001, 501].map((lines) => [['id', 'text'], lines]),
    );
    const ids = found.flatMap((lines) => lines.slice(1).map(([id]) => id));
    expect(ids).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    // Packed twice they would not be found.
    for (const file of files.values()) expect(content.includes(file)).toBe(true);
    expect((await make(2500, 'xlsx', options)).sha256).toBe(sha256);
  });

  it('has one workbook, with a header, without rows', async () => {
    const files = readZip((await make(0, 'xlsx', options)).content);
    expect([...files.keys()]).toEqual(['under-test-0001.xlsx']);
    const [file = Buffer.alloc(0)] = files.values();
    expect((await readXlsx(file)).sheets.map(({ rows }) => rows)).toEqual([[['id', 'text']]]);
  });

  it('has Parquet files that are whole, and stored as they are', async () => {
    const { content } = await make(2500, 'parquet', options);
    const files = readZip(content);
    const counts = [];
    for (const [name, file] of files) {
      const { rows } = await readParquet(file, 'select count(*), min(id), max(id) from file');
      counts.push([name, ...(rows[0] ?? [])]);
      expect(content.includes(file)).toBe(true);
    }
    expect(counts).toEqual([
      ['under-test-0001.parquet', '1000', 1, 1000],
      ['under-test-0002.parquet', '1000', 1001, 2000],
      ['under-test-0003.parquet', '500', 2001, 2500],
    ]);
  });
});

it.each([
  ['csv', { compression: 'zip' }],
  ['xlsx', { compression: 'none' }],
  ['xlsx', { compression: 'zip', rowsPerFile: 1000 }],
] as const)('lets no more content into a zip of %s than into a plain file', async (format, options) => {
  await expect(make(3000, format, options, 100_000)).rejects.toMatchObject({ code: 'file_too_large' });
});

describe('a workbook', () => {
  it('has a header that stays, columns as wide as their values, and every row', async () => {
    const { content } = await make(2500, 'xlsx', { compression: 'none' });
    const { sheets } = await readXlsx(content);
    expect(sheets).toHaveLength(1);
    const { name, freezePane, columns, rows = [] } = sheets[0] ?? {};
    expect([name, freezePane]).toEqual(['Under test', { rows: 1 }]);
    expect(columns?.map(({ width }) => width)).toEqual([10, 62]);
    expect(rows[0]).toEqual(['id', 'text']);
    expect(rows.slice(1).map(([id]) => id)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect([...readZip(content).keys()][0]).toBe('[Content_Types].xml');
  });

  it('is a sheet with a header where there are no rows', async () => {
    const { content } = await make(0, 'xlsx', { compression: 'none' });
    expect((await readXlsx(content)).sheets[0]?.rows).toEqual([['id', 'text']]);
  });
});
