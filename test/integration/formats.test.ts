// Every built-in type in every format, from PostgreSQL to another program that reads the file.
import { readXlsx } from 'hucre';
import { beforeAll, describe, expect, it } from 'vitest';
import { typeDeclarations, typeSamples } from '../../scripts/type-samples.ts';
import type { TypeSample } from '../../scripts/type-samples.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { exportSamples } from '../support/export-samples.ts';
import { readCsv } from '../support/read-csv.ts';
import { readParquet } from '../support/read-parquet.ts';
import { datasetOf, runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
beforeAll(() => database.pool.query(typeDeclarations));

const exportOf = (samples: readonly TypeSample[], format: FormatName) =>
  exportSamples({ connectionString: database.url, samples, format });

const label = ({ type, text }: TypeSample) => `${type}: ${text}`;
const labelled = (values: readonly unknown[]) =>
  Object.fromEntries(typeSamples.map((sample, index) => [label(sample), values[index]]));
const asText = labelled(typeSamples.map(({ text }) => text));
const nothing = labelled(typeSamples.map(() => null));

it('has a sample of every type that PostgreSQL brings along and a query can return', async () => {
  const { rows } = await database.pool.query<{ oid: number; type: string }>(
    `select oid::int as oid, format_type(oid, null) as type from pg_type
      where typnamespace = 'pg_catalog'::regnamespace and typtype in ('b', 'r', 'm')
        and typcategory not in ('A', 'Z') and typname not like 'pg\\_%list' and typname not like 'pg\\_node%'
        and typname not in ('gtsvector', 'pg_ndistinct', 'pg_dependencies')`,
  );
  const known = typeSamples.map(({ oid }) => oid);
  expect(rows.filter(({ oid }) => !known.includes(oid)).map(({ type }) => type)).toEqual([]);
});

it('samples are what PostgreSQL sends', async () => {
  for (const { type, sql, oid, modifier = -1 } of typeSamples) {
    const { fields } = await database.pool.query(`select c from (select ${sql} as c) as one`);
    const sent = fields[0]?.dataTypeID ?? 0;
    expect([type, sent, fields[0]?.dataTypeModifier]).toEqual([type, oid ?? sent, modifier]);
    // Types that somebody has made are numbered from here.
    if (oid === undefined) expect(sent).toBeGreaterThanOrEqual(16_384);
  }
});

it.each(['csv', 'tsv'] as const)('%s has the text of every type, NULL as nothing', async (format) => {
  const { text } = await exportOf(typeSamples, format);
  const comma = (some: string) => (format === 'csv' ? some : swapped(some));
  const [, values = [], nulls = []] = readCsv(comma(text));
  expect(labelled(values.map(comma))).toEqual(asText);
  expect(nulls.every((value) => value === '')).toBe(true);
});

/** Tabs and commas exchanged: what the reader of CSV takes for a delimiter is then the tab. */
function swapped(text: string): string {
  return text.replace(/[\t,]/g, (found) => (found === ',' ? '\t' : ','));
}

it.each(['json', 'ndjson'] as const)(
  '%s has the digits of numbers, and text of what it has no type for',
  async (format) => {
    const { text } = await exportOf(typeSamples, format);
    const lines = format === 'ndjson' ? text.trimEnd().split('\n') : text.split('\n').slice(1, 3);
    const [values = '', nulls = ''] = lines.map((line) => line.replace(/,$/, ''));
    typeSamples.forEach(({ text: value, declare }, index) => {
      const number = (declare === 'integer' || declare === 'number') && !/[NI]/.test(value);
      const written = declare === 'boolean' ? 'true' : number ? value : JSON.stringify(value);
      expect(values).toContain(`"c${index}":${written}`);
    });
    expect(Object.values(JSON.parse(nulls) as object)).toEqual(typeSamples.map(() => null));
    if (format === 'json') expect(JSON.parse(text)).toHaveLength(2);
  },
);

it('xlsx has typed cells, and text where Excel would change the value', async () => {
  const { content } = await exportOf(typeSamples, 'xlsx');
  const { sheets } = await readXlsx(content, { readStyles: true });
  const [, values = [], nulls = []] = sheets[0]?.rows ?? [];
  expect(labelled(values)).toEqual({
    ...asText,
    'boolean: t': true,
    'smallint: -32768': -32768,
    'integer: 2147483647': 2147483647,
    'bigint: 123456789012345': 123456789012345,
    'oid: 4294967295': 4294967295,
    'real: 0.1': 0.1,
    'double precision: 0.30000000000000004': 0.30000000000000004,
    'double precision: 1e+300': 1e300,
    'numeric: 8.50': 8.5,
    'numeric(12,2): -12345.60': -12345.6,
    'date: 2026-11-22': new Date('2026-11-22'),
    'timestamp: 2026-11-22 11:34:31.672437': new Date('2026-11-22T11:34:31.672Z'),
    'timestamptz: 2026-11-22 11:34:31+00': new Date('2026-11-22T11:34:31Z'),
    'xid: 4294967295': 4294967295,
    'cid: 1': 1,
    'domain over numeric(4,2): 8.50': 8.5,
  });
  expect(nulls.filter((value) => value !== null)).toEqual([]);
});

describe('parquet, read by DuckDB', () => {
  let types: string[];
  let rows: unknown[][];

  beforeAll(async () => {
    const { content } = await exportOf(typeSamples, 'parquet');
    const read = await readParquet(content);
    types = Object.values(read.types);
    rows = read.rows;
  });

  it('has the types of PostgreSQL, and text for others', () => {
    const text = labelled(typeSamples.map(() => 'VARCHAR'));
    expect(labelled(types)).toEqual({
      ...text,
      'boolean: t': 'BOOLEAN',
      'smallint: -32768': 'INTEGER',
      'integer: 2147483647': 'INTEGER',
      'bigint: 123456789012345': 'BIGINT',
      'bigint: 9007199254740993': 'BIGINT',
      'oid: 4294967295': 'BIGINT',
      'real: 0.1': 'FLOAT',
      'double precision: 0.30000000000000004': 'DOUBLE',
      'double precision: 1e+300': 'DOUBLE',
      'double precision: NaN': 'DOUBLE',
      'double precision: -Infinity': 'DOUBLE',
      'numeric: 8.50': 'DECIMAL(38,18)',
      'numeric(12,2): -12345.60': 'DECIMAL(12,2)',
      'numeric(38,20): 123456789012345678.12345678901234567890': 'DECIMAL(38,20)',
      'date: 2026-11-22': 'DATE',
      'date: 1899-12-31': 'DATE',
      'timestamp: 2026-11-22 11:34:31.672437': 'TIMESTAMP',
      'timestamptz: 2026-11-22 11:34:31+00': 'TIMESTAMP WITH TIME ZONE',
      'uuid: 86d4c1c2-8cb4-4b33-8733-6e645b35e52f': 'UUID',
      'bytea: \\x00ff10': 'BLOB',
      'json: {"b": 1.50, "a": null}': 'JSON',
      'jsonb: {"a": null, "b": 1.50}': 'JSON',
      'integer[]: {1,NULL,3}': 'INTEGER[]',
      'bigint[]: {9007199254740993}': 'BIGINT[]',
      [String.raw`text[]: {a,"b \"c\", d",NULL,"NULL"}`]: 'VARCHAR[]',
      'timestamptz[]: {"2026-11-22 11:34:31.5+00"}': 'TIMESTAMP WITH TIME ZONE[]',
      'uuid[]: {86d4c1c2-8cb4-4b33-8733-6e645b35e52f}': 'UUID[]',
      'numeric[]: {1.5,-2}': 'DECIMAL(38,18)[]',
      'domain over numeric(4,2): 8.50': 'DECIMAL(4,2)',
    });
  });

  it('has their values, to the last digit, and NULL', () => {
    expect(labelled(rows[0] ?? [])).toEqual({
      ...asText,
      'boolean: t': true,
      'smallint: -32768': -32768,
      'integer: 2147483647': 2147483647,
      'real: 0.1': Math.fround(0.1),
      'double precision: 0.30000000000000004': 0.30000000000000004,
      'double precision: 1e+300': 1e300,
      'numeric: 8.50': '8.500000000000000000',
      'bytea: \\x00ff10': String.raw`\x00\xFF\x10`,
      'integer[]: {1,NULL,3}': [1, null, 3],
      'bigint[]: {9007199254740993}': ['9007199254740993'],
      [String.raw`text[]: {a,"b \"c\", d",NULL,"NULL"}`]: ['a', 'b "c", d', null, 'NULL'],
      'timestamptz[]: {"2026-11-22 11:34:31.5+00"}': ['2026-11-22 11:34:31.5+00'],
      'uuid[]: {86d4c1c2-8cb4-4b33-8733-6e645b35e52f}': ['86d4c1c2-8cb4-4b33-8733-6e645b35e52f'],
      'numeric[]: {1.5,-2}': ['1.500000000000000000', '-2.000000000000000000'],
    });
    expect(labelled(rows[1] ?? [])).toEqual(nothing);
  });

  it.each([
    ['numeric', "'NaN'"],
    ['numeric', "'Infinity'"],
    ['numeric', '0.1234567890123456789'],
    ['numeric', "repeat('9', 21)"],
    ['date', "'infinity'"],
    ['timestamptz', "'-infinity'"],
    ['integer[]', "'{{1,2},{3,4}}'"],
    ['integer[]', "'[0:1]={1,2}'"],
    ['numeric[]', "'{1,NaN}'"],
  ])('refuses a %s of %s, and names the column', async (type, value) => {
    const text = `select cast(${value} as ${type}) as odd`;
    const failure = runTestExport({
      connectionString: database.url,
      dataset: datasetOf(text, ['odd']),
      format: 'parquet',
    });
    await expect(failure).rejects.toMatchObject({
      code: 'value_unrepresentable',
      retryable: false,
      message: expect.stringContaining('"odd"') as string,
    });
  });

  it('has days and moments before our era, and of years with five digits', async () => {
    const text = `select '0044-03-15 BC'::date as day, '12026-01-01 00:00:00.000001'::timestamp as later,
                         '0044-03-15 12:00:00+00 BC'::timestamptz as noon`;
    const dataset = datasetOf(text, ['day', 'later', 'noon']);
    const { content } = await runTestExport({ connectionString: database.url, dataset, format: 'parquet' });
    const { rows: read } = await readParquet(
      content,
      'select extract(year from day), epoch_us(later), epoch_us(noon) from file',
    );
    // DuckDB counts the years before our era with a 0 among them.
    const noon = BigInt(new Date('-000043-03-15T12:00:00Z').getTime()) * 1000n;
    const later = BigInt(Date.UTC(12026, 0, 1)) * 1000n + 1n;
    expect(read).toEqual([['-43', String(later), String(noon)]]);
  });

  it('writes a row group for so many bytes, and an index that knows each', async () => {
    const dataset = datasetOf(
      `select n::bigint as n, repeat('x', 1000) as filler from generate_series(1, 5000) n`,
      ['n', 'filler'],
    );
    const limits = { rowGroupBytes: 1024 * 1024 };
    const { content } = await runTestExport({
      connectionString: database.url,
      dataset,
      format: 'parquet',
      limits,
    });
    const { rows: read } = await readParquet(
      content,
      'select count(*), sum(n), min(length(filler)) from file',
    );
    expect(read).toEqual([['5000', '12502500', '1000']]);
    expect(content.toString('latin1').match(/PAR1/g)).toHaveLength(2);
  });

  it('is a file without rows where there are none', async () => {
    const dataset = datasetOf('select 1::int8 as a where false', ['a']);
    const { content } = await runTestExport({ connectionString: database.url, dataset, format: 'parquet' });
    expect(await readParquet(content)).toEqual({ types: { a: 'BIGINT' }, rows: [] });
  });
});
