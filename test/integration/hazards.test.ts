// Whatever a value of a type can be, in every format: from PostgreSQL, where the truth is asked for by a query of the
// test's own, to a reader that shares no code with the writer.
import fc from 'fast-check';
import { readXlsx } from 'hucre';
import { parse } from 'lossless-json';
import { Client, escapeLiteral } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { typeDeclarations } from '../../scripts/type-samples.ts';
import type { Column, ColumnType } from '../../src/export/dataset.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { TEXT_FORM } from '../../src/export/source-client.ts';
import { readCsv } from '../support/read-csv.ts';
import { readParquet } from '../support/read-parquet.ts';
import { datasetOf, runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const RUNS = 20;
const database = useTestDatabase();
let client: Client;
beforeAll(async () => {
  await database.pool.query(typeDeclarations);
  client = new Client({ connectionString: database.url });
  await client.connect();
  for (const [name, value] of Object.entries({ ...TEXT_FORM, timezone: 'UTC' })) {
    await client.query('select set_config($1, $2, false)', [name, value]);
  }
});
afterAll(() => client.end());

const hard = [
  '\t',
  '\r',
  '\n',
  ' ',
  ',',
  ';',
  '"',
  "'",
  '=',
  '+',
  '-',
  '@',
  '＝',
  '\\',
  '\\N',
  'NULL',
  '_x000D_',
  '&',
  '<',
  ']]>',
  '{',
  '}',
  '(',
  ')',
  '\u0001',
  '\u007f',
  '\u0085',
  '\ufeff',
  '\ufffe',
  '\uffff',
  '\u2028',
  '\u202e',
  '🎬',
  'e\u0301',
];
const shortText = fc
  .array(fc.oneof(fc.constantFrom(...hard), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 })
  .map((units) => units.join('').replaceAll('\0', ''));
const longText = fc
  .record({
    unit: fc.constantFrom('x', '🎬', '=', '\r', '\uffff'),
    length: fc.integer({ min: 32_760, max: 33_000 }),
  })
  .map(({ unit, length }) => unit.repeat(length));
const digits = (most: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{0,${most - 1}}$`));
const signed = (number: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom('', '-'), number).map((parts) => parts.join(''));
const days = (from: string, to: string) =>
  fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true });
const iso = (day: Date) => day.toISOString().replace('Z', '+00').replace(/^\+0/, '');
const array = (element: fc.Arbitrary<string>) =>
  fc
    .array(fc.option(element), { maxLength: 4 })
    .map(
      (list) =>
        `{${list.map((one) => (one === null ? 'NULL' : `"${one.replaceAll(/[\\"]/g, '\\$&')}"`)).join(',')}}`,
    );

interface Hazard {
  type: string;
  declare: ColumnType;
  /** What PostgreSQL reads as a value. */
  value: fc.Arbitrary<string>;
  /** Whether Parquet has all of them; what it refuses, formats.test.ts has. */
  parquet?: false;
  /** As DuckDB tells it, where that is not the text. */
  duck?: { select: (name: string) => string } | { expected: (text: string) => unknown };
}

const double = (text: string) => (/[NI]/.test(text) ? text : Number(text));
const hazards: readonly Hazard[] = [
  {
    type: 'text',
    declare: 'text',
    value: fc.oneof({ weight: 9, arbitrary: shortText }, { weight: 1, arbitrary: longText }),
  },
  { type: 'bigint', declare: 'integer', value: signed(digits(18)) },
  {
    type: 'bigint',
    declare: 'integer',
    value: fc.constantFrom('9223372036854775807', '-9223372036854775808', '9007199254740993', '0'),
  },
  {
    type: 'numeric',
    declare: 'number',
    value: signed(fc.tuple(digits(40), digits(40)).map((parts) => parts.join('.'))),
    parquet: false,
  },
  {
    type: 'numeric',
    declare: 'number',
    value: fc.constantFrom('NaN', 'Infinity', '-Infinity', '1e400', '1e-400', '0.0'),
    parquet: false,
  },
  {
    type: 'numeric(38,10)',
    declare: 'number',
    value: signed(fc.tuple(digits(28), digits(10)).map((parts) => parts.join('.'))),
  },
  // DuckDB's JSON has no minus zero.
  {
    type: 'float8',
    declare: 'number',
    value: fc.double().map((number) => (number === 0 ? '0' : String(number))),
    duck: { expected: double },
  },
  {
    type: 'float4',
    declare: 'number',
    value: fc.float().map((number) => (number === 0 ? '0' : String(number))),
    duck: { expected: (text) => (/[NI]/.test(text) ? text : Math.fround(Number(text))) },
  },
  {
    type: 'boolean',
    declare: 'boolean',
    value: fc.constantFrom('t', 'f'),
    duck: { expected: (text) => text === 't' },
  },
  {
    type: 'date',
    declare: 'date',
    value: days('0001-01-01', '9999-12-31').map((day) => iso(day).slice(0, 10)),
  },
  {
    type: 'date',
    declare: 'date',
    value: fc.constantFrom('infinity', '-infinity', '0044-03-15 BC', '12026-01-01', '1900-02-28'),
    parquet: false,
  },
  {
    type: 'timestamptz',
    declare: 'timestamp',
    value: fc
      .tuple(days('1000-01-01', '2999-12-31'), fc.integer({ min: 0, max: 999 }))
      .map(([day, micros]) => iso(day).replace('+00', `${String(micros).padStart(3, '0')}+00`)),
  },
  {
    type: 'timestamp',
    declare: 'timestamp',
    value: fc.constantFrom('infinity', '0044-03-15 12:00:00 BC', '12026-01-01 00:00:00.000001'),
    parquet: false,
  },
  {
    type: 'interval',
    declare: 'text',
    value: fc
      .integer({ min: -1e9, max: 1e9 })
      .map((seconds) => `${seconds / 1000} seconds ${seconds % 400} days`),
  },
  { type: 'money', declare: 'text', value: signed(digits(12)) },
  {
    type: 'bytea',
    declare: 'text',
    value: fc.uint8Array({ maxLength: 12 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
    duck: { select: (name) => `'\\x' || lower(hex(${name}))` },
  },
  {
    type: 'tstzrange',
    declare: 'text',
    value: fc.constantFrom('empty', '(,)', '[2026-01-01,infinity)', '[2026-01-01 10:00+02,2026-01-02)'),
  },
  {
    type: 'jsonb',
    declare: 'text',
    value: fc
      .json({ maxDepth: 2 })
      .map((text) => text.replaceAll('\\u0000', '').replaceAll(/\\ud[89a-f][0-9a-f]{2}/gi, '')),
    duck: { select: (name) => `${name}::varchar` },
  },
  { type: 'text[]', declare: 'text', value: array(shortText) },
  { type: 'sample_mood', declare: 'text', value: fc.constantFrom('sad', 'very "happy"') },
  { type: 'sample_mood[]', declare: 'text', value: array(fc.constantFrom('sad', 'very "happy"')) },
  { type: 'sample_id', declare: 'text', value: shortText },
];
const columns: readonly Column[] = hazards.map(({ type, declare }, index) => ({
  name: `c${index}`,
  type: declare,
  description: type,
}));
const rowsOf = fc.array(fc.tuple(...hazards.map(({ value }) => fc.option(value, { freq: 8 }))), {
  minLength: 1,
  maxLength: 6,
});

type Row = (string | null)[];

/** These values as a table: a query that gives them, each of its type. */
function queryOf(values: readonly Row[]): string {
  const lines = values.map((row, place) => {
    const literals = row.map((value) => (value === null ? 'null' : escapeLiteral(value)));
    return `(${literals.join(', ')}, ${place})`;
  });
  const cast = hazards.map(({ type }, index) => `c${index}::${type} as c${index}`);
  const names = columns.map(({ name }) => name).join(', ');
  return `select ${cast.join(', ')} from (values ${lines.join(', ')}) as v (${names}, place) order by place`;
}

/** Exports these values, and asks PostgreSQL for their text. */
async function exported(
  values: readonly Row[],
  format: FormatName,
  picked = columns.map(({ name }) => name),
) {
  const query = queryOf(values);
  const { content } = await runTestExport({
    connectionString: database.url,
    dataset: datasetOf(query, columns),
    format,
    options: { compression: 'none', columns: picked },
  });
  // As text PostgreSQL says “true”; as a value it sends “t”.
  const texts = columns.map(({ name, type }) =>
    type === 'boolean' ? `left(${name}::text, 1)` : `${name}::text`,
  );
  const text = `select ${texts.join(', ')} from (${query}) as q`;
  const { rows: truth } = await client.query<Row>({ text, rowMode: 'array' });
  return { content, truth };
}

const holds = (format: FormatName, check: (values: Row[]) => Promise<void>) =>
  it(`${format} has every value as docs/formats.md says`, { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf, (values) => check(values)),
      { numRuns: RUNS },
    );
  });

for (const format of ['csv', 'tsv'] as const) {
  holds(format, async (values) => {
    const { content, truth } = await exported(values, format);
    const text = content.toString();
    // The reader knows commas alone.
    const swapped = (some: string) =>
      format === 'csv' ? some : some.replace(/[\t,]/g, (found) => (found === ',' ? '\t' : ','));
    const [, ...rows] = readCsv(swapped(text));
    expect(rows.map((row) => row.map(swapped))).toEqual(truth.map((row) => row.map((value) => value ?? '')));
  });
}

for (const format of ['json', 'ndjson'] as const) {
  holds(format, async (values) => {
    const { content, truth } = await exported(values, format);
    const text = content.toString();
    const whole = format === 'json' ? text : `[${text.trimEnd().split('\n').join(',')}]`;
    const number = (found: string) => ({ digits: found });
    const rows = parse(whole, undefined, { parseNumber: number }) as object[];
    const expected = truth.map((row) =>
      row.map((value, index) => {
        const type = columns[index]?.type;
        if (type === 'boolean' && value !== null) return value === 't';
        const isNumber = (type === 'integer' || type === 'number') && value !== null && !/[NI]/.test(value);
        return isNumber ? { digits: value } : value;
      }),
    );
    expect(rows.map((row) => Object.values(row) as unknown[])).toEqual(expected);
  });
}

holds('xlsx', async (values) => {
  const { content, truth } = await exported(values, 'xlsx');
  const { sheets } = await readXlsx(content);
  const [, ...rows] = sheets[0]?.rows ?? [];
  for (const [place, expected] of truth.entries()) {
    const cells = rows[place] ?? [];
    /** What goes on behind the last column, of one that was too long for its cell. */
    const restOf = (name: string) => {
      const piece = new RegExp(`^${name} \\(\\d+/\\d+\\): ([^]*)$`);
      const pieces = cells.slice(columns.length).map((one) => piece.exec(String(one))?.[1] ?? '');
      return pieces.join('');
    };
    for (const [index, text] of expected.entries()) {
      const found = cells[index] ?? null;
      const { type = 'text', name = '' } = columns[index] ?? {};
      if (text === null) expect(found).toBeNull();
      else if (typeof found === 'number') expect([type, found]).toEqual([type, Number(text)]);
      else if (typeof found === 'boolean') expect(found).toBe(text === 't');
      else if (found instanceof Date)
        expect(found.toISOString().slice(0, 19)).toBe(new Date(shortOf(text)).toISOString().slice(0, 19));
      else expect(String(found) + restOf(name)).toBe(text);
    }
  }
});

/** To the millisecond, which is what a Date holds. */
function shortOf(text: string): string {
  return text.length === 10 ? text : `${text.slice(0, 19).replace(' ', 'T')}Z`;
}

holds('parquet', async (values) => {
  const kept = hazards.flatMap(({ parquet }, index) => (parquet === false ? [] : [index]));
  const picked = kept.map((index) => `c${index}`);
  const { content, truth } = await exported(values, 'parquet', picked);
  const lists = await client.query<Record<string, (string | null)[] | null>>(
    `select ${picked.map((name) => `to_json(${name}) as ${name}`).join(', ')} from (${queryOf(values)}) as q`,
  );
  const select = kept.map((index) => {
    const { type, declare, duck } = hazards[index] as Hazard;
    const name = `c${index}`;
    // A dot before each text: the binding takes a byte order mark from the beginning of a value.
    if (type === 'text[]') return `list_transform(${name}, one -> '.' || one)`;
    const told = duck !== undefined && 'select' in duck ? duck.select(name) : name;
    return declare === 'text' ? `'.' || (${told})` : told;
  });
  const { rows } = await readParquet(content, `select ${select.join(', ')} from file`);
  const expected = truth.map((row, place) =>
    kept.map((index) => {
      const { type, declare, duck } = hazards[index] as Hazard;
      const text = row[index] ?? null;
      if (text === null) return null;
      if (type === 'text[]')
        return lists.rows[place]?.[`c${index}`]?.map((one) => (one === null ? null : `.${one}`));
      if (declare === 'text') return `.${text}`;
      return duck !== undefined && 'expected' in duck ? duck.expected(text) : text;
    }),
  );
  expect(rows).toEqual(expected);
});
