// Export, import into somebody without entries, export: the second file has the same bytes, in every format that says so.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../src/export/export-options.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import type { ReadFormat } from '../../src/read/file-row.ts';
import { writeOddDiary } from '../support/odd-diary.ts';
import { exportDiary, runTestImport } from '../support/run-test-import.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
/** Somebody with the sample diary, with the odd one, with none. */
const sample = 1;
let [odd, nobody] = [0, 0];
let oddEntries = 0;

beforeAll(async () => {
  await seedDiary(database.url, [{ users: { from: 1, to: 2 }, entries: 300 }]);
  [odd, nobody] = [await newUser(), await newUser()];
  oddEntries = await writeOddDiary(database.pool, odd);
});

let users = 1000;
/** Somebody without a diary. */
async function newUser(): Promise<number> {
  users++;
  await database.pool.query("insert into users (id, name) values ($1, 'Somebody')", [users]);
  return users;
}

interface Form {
  format: ReadFormat;
  options?: ExportOptions;
}

/** Brings the export of one in as another's, and compares what is exported then. */
async function roundTrip(from: number, { format, options }: Form, pieceBytes = 64 * 1024) {
  const to = await newUser();
  const asked = { format, ...(options === undefined ? {} : { options }) };
  const file = await exportDiary(database.url, from, asked);
  const import_ = { connectionString: database.url, userId: to, file, pieceBytes, ...asked };
  const report = await runTestImport(import_);
  expect(report.invalidRows).toEqual([]);
  const again = await exportDiary(database.url, to, asked);
  expect(again.equals(file)).toBe(true);
  expect(await runTestImport(import_)).toMatchObject({ new: 0, duplicate: report.rows, written: 0 });
  return { to, report };
}

const formats: readonly ReadFormat[] = ['csv', 'tsv', 'ndjson', 'json', 'xlsx'];
const options = (rest: Partial<ExportOptions>): ExportOptions => ({ compression: 'none', ...rest });
const forms: readonly Form[] = [
  ...formats.map((format) => ({ format })),
  ...formats
    .filter((format) => format !== 'xlsx')
    .flatMap((format) => [
      { format, options: options({ compression: 'gzip' }) },
      { format, options: options({ compression: 'zip' }) },
    ]),
  { format: 'csv', options: options({ preset: 'excel' }) },
  {
    format: 'csv',
    options: options({
      preset: 'excel',
      delimiter: 'semicolon',
      decimalSeparator: 'comma',
      dateFormat: 'dd.mm.yyyy',
    }),
  },
  { format: 'csv', options: options({ preset: 'excel', encoding: 'utf-8-bom', compression: 'gzip' }) },
  {
    format: 'csv',
    options: options({ delimiter: 'pipe', lineEnd: 'crlf', nullText: '\\N', formulaGuard: true }),
  },
  { format: 'csv', options: options({ quoteAll: true, dateFormat: 'mm/dd/yyyy', headers: 'labels' }) },
  { format: 'csv', options: options({ quoteAll: true, nullText: 'NULL', decimalSeparator: 'comma' }) },
  { format: 'tsv', options: options({ preset: 'excel', compression: 'zip' }) },
  { format: 'tsv', options: options({ nullText: 'NULL', dateFormat: 'dd/mm/yyyy', encoding: 'utf-16le' }) },
  { format: 'xlsx', options: options({ preset: 'excel', dateFormat: 'dd.mm.yyyy' }) },
  { format: 'xlsx', options: options({ compression: 'zip', rowsPerFile: 40 }) },
];
const nameOf = ({ format, options: chosen }: Form) => `${format} ${JSON.stringify(chosen ?? {})}`;

describe.each(forms.map((form) => [nameOf(form), form] as const))('%s', (_name, form) => {
  it('gives identical bytes from the sample diary', async () => {
    const { report } = await roundTrip(sample, form);
    expect(report).toMatchObject({ format: form.format, rows: 300, new: 300, invalid: 0, written: 300 });
  });

  it('gives identical bytes from what has ever broken a file', async () => {
    // Pieces that cut through every character and line end.
    const { report } = await roundTrip(odd, form, 7);
    expect(report).toMatchObject({ rows: oddEntries, new: oddEntries, written: oddEntries });
  });

  it('gives identical bytes from an empty diary', async () => {
    const { report } = await roundTrip(nobody, form);
    expect(report).toMatchObject({ rows: 0, written: 0 });
  });
});

it('is known by its content, where nobody says what it is', async () => {
  for (const format of formats) {
    for (const pack of format === 'xlsx' ? [(file: Buffer) => file] : [(file: Buffer) => file, gzipSync]) {
      const to = await newUser();
      const file = pack(await exportDiary(database.url, sample, { format }));
      const report = await runTestImport({ connectionString: database.url, userId: to, file });
      expect(report).toMatchObject({ format, written: 300 });
    }
  }
});

it('keeps an empty text apart from none where the format does; a plain CSV writes both as nothing', async () => {
  const emptyTexts = async (form: Form) => {
    const { to } = await roundTrip(odd, form);
    const { rows } = await database.pool.query<{ count: number }>(
      "select count(*)::int from reviews where user_id = $1 and comment = ''",
      [to],
    );
    return rows[0]?.count;
  };
  for (const format of ['json', 'ndjson', 'xlsx'] as const) expect(await emptyTexts({ format })).toBe(1);
  for (const told of [{ quoteAll: true }, { nullText: 'NULL' as const }]) {
    expect(await emptyTexts({ format: 'csv', options: options(told) })).toBe(1);
  }
  expect(await emptyTexts({ format: 'csv' })).toBe(0);
});

it('gives identical bytes where the catalogue had none of the films', async () => {
  const userId = await newUser();
  const file = [
    'title,year,director,rating,comment,watched_at,external_metadata_id',
    'Unseen,2001,Somebody,7,second that day,2024-05-02,unseen-1',
    'Unseen,2001,Somebody,8,first that day,2024-05-02,unseen-1',
    'Unseen,2001,Somebody,8,,2024-05-02,',
    'Unseen,2001,,8,,2024-05-01,',
    '',
  ].join('\n');
  const films = async () => (await database.pool.query('select from movies')).rowCount ?? 0;
  const before = await films();
  const report = await runTestImport({ connectionString: database.url, userId, file });
  expect(report).toMatchObject({ written: 4 });
  expect((await exportDiary(database.url, userId)).toString()).toBe(file);
  expect(await films()).toBe(before + 3);
});

it('holds for any texts, in any format and dialect', { timeout: 120_000 }, async () => {
  const text = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc
        .array(
          fc.constantFrom(
            '"',
            "'",
            '=',
            '0',
            '7',
            '-',
            '/',
            ',',
            ';',
            '\t',
            '\r',
            '\n',
            '_x000D_',
            '<',
            '\uFFFF',
            ' ',
          ),
        )
        .map((units) => units.join('')),
    )
    .map((value) => value.replaceAll('\0', ''));
  const entry = fc.record({
    title: text.map((value) => `any ${value}`),
    director: fc.option(text),
    comment: fc.option(text),
    rating: fc.constantFrom('0', '7.50', '10.0', '0.1234567890123456789'),
    day: fc.integer({ min: 0, max: 3 }),
  });
  const form = fc.oneof(
    fc.constantFrom(...forms),
    fc.record({
      format: fc.constantFrom('csv' as const, 'tsv' as const),
      options: fc.record(
        {
          compression: fc.constantFrom('none' as const, 'gzip' as const),
          headers: fc.constantFrom('keys' as const, 'labels' as const),
          lineEnd: fc.constantFrom('lf' as const, 'crlf' as const),
          encoding: fc.constantFrom('utf-8' as const, 'utf-8-bom' as const, 'utf-16le' as const),
          quoteAll: fc.boolean(),
          nullText: fc.constantFrom('' as const, 'NULL' as const, '\\N' as const),
          decimalSeparator: fc.constantFrom('point' as const, 'comma' as const),
          dateFormat: fc.constantFrom('iso' as const, 'dd.mm.yyyy' as const, 'mm/dd/yyyy' as const),
          formulaGuard: fc.boolean(),
        },
        { requiredKeys: ['compression'] },
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 12 }),
      form,
      fc.integer({ min: 1, max: 50 }),
      async (entries, asked, pieceBytes) => {
        const from = await newUser();
        for (const { title, director, comment, rating, day } of entries) {
          await database.pool.query(
            `with film as (insert into movies (title, release_year, director) values ($1, 1990, $2) returning id)
             insert into reviews (movie_id, user_id, rating, comment, watched_at)
             select id, $3, $4, $5, timestamptz '2020-01-01 00:00+00' + make_interval(days => $6) from film`,
            [title, director, from, rating, comment, day],
          );
        }
        const { report } = await roundTrip(from, asked, pieceBytes);
        expect(report).toMatchObject({ new: entries.length, invalid: 0 });
      },
    ),
    { numRuns: 60 },
  );
});
