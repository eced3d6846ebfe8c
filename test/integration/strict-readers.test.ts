// Our CSV as others read it, who forgive nothing: each gets from the file what is in the tables.
import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFileRows } from '../../src/read/read-file.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { readDiary } from '../support/diary.ts';
import { hasLane } from '../support/lane.ts';
import { writeOddDiary } from '../support/odd-diary.ts';
import { hasOffice } from '../support/office.ts';
import { readCsv } from '../support/read-csv.ts';
import { exportDiary, runTestImport, testImportLimits } from '../support/run-test-import.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
const python = hasLane('python3', () => spawnSync('python3', ['--version']).status === 0);
const office = hasOffice();
const HEADER = 'title,year,director,rating,comment,watched_at,external_metadata_id'.split(',');

const [SAMPLE, ODD] = [1, 2];
beforeAll(async () => {
  await seedDiary(database.url, [{ users: { from: SAMPLE, to: ODD }, entries: 300 }]);
  await database.pool.query('delete from reviews where user_id = $1', [ODD]);
  await writeOddDiary(database.pool, ODD);
});

/** The diary by a query of the test's own, with NULL as CSV has it. */
async function tableOf(userId: number): Promise<string[][]> {
  const entries = await readDiary(database.pool, userId);
  return entries.map((entry) => HEADER.map((name) => String(entry[name as keyof typeof entry] ?? '')));
}

/** With the dialect of Excel, but in UTF-8: what is quoted is told from what is none. */
const quoted = { compression: 'none', quoteAll: true, lineEnd: 'crlf' } as const;

describe.each([
  ['the sample diary', SAMPLE],
  ['what has ever broken a file', ODD],
])('%s is read alike', (_what, userId) => {
  it('by a reader that knows commas and LF alone, and takes no row of another width', async () => {
    const [header, ...rows] = readCsv((await exportDiary(database.url, userId)).toString());
    expect(header).toEqual(HEADER);
    expect(rows.filter((row) => row.length !== HEADER.length)).toEqual([]);
    expect(rows).toEqual(await tableOf(userId));
  });

  it.skipIf(!python).each([
    ['as by default', undefined],
    ['with quotes around all and CRLF', quoted],
  ])('by python3’s csv, strictly: %s', async (_dialect, options) => {
    const file = await exportDiary(database.url, userId, { options });
    const [header, ...rows] = pythonRows(file);
    expect(header).toEqual(HEADER);
    expect(rows).toEqual(await tableOf(userId));
  });

  it.each([
    ['as by default', undefined],
    ['with quotes around all and CRLF', quoted],
  ])('by DuckDB in strict mode: %s', async (_dialect, options) => {
    const file = await exportDiary(database.url, userId, { options });
    const [header, ...rows] = await duckRows(file);
    expect(header).toEqual(HEADER);
    expect(rows).toEqual(await tableOf(userId));
  });
});

it.skipIf(!python)('python3’s zipfile finds every workbook of a zip of them whole', async () => {
  const options = { compression: 'zip', rowsPerFile: 100 } as const;
  const file = await exportDiary(database.url, SAMPLE, { format: 'xlsx', options });
  const script =
    'import io,json,sys,zipfile\n' +
    'from xml.etree import ElementTree\n' +
    'outer=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n' +
    'assert outer.testzip() is None\n' +
    'def rows(name):\n' +
    '  book=zipfile.ZipFile(io.BytesIO(outer.read(name)))\n' +
    '  assert book.testzip() is None\n' +
    '  sheet=ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))\n' +
    '  return sum(1 for one in sheet.iter() if one.tag.endswith("}row"))\n' +
    'stored=all(one.compress_type==zipfile.ZIP_STORED for one in outer.infolist())\n' +
    'print(json.dumps([stored,{name:rows(name) for name in outer.namelist()}]))';
  expect(python3(script, file)).toEqual([
    true,
    { 'diary-0001.xlsx': 101, 'diary-0002.xlsx': 101, 'diary-0003.xlsx': 101 },
  ]);
});

describe('LibreOffice', () => {
  /** What it changes itself: CR and CR LF in a cell are a line break, and Excel has no more characters in one. */
  const inCells = (table: string[][], limit = Infinity) =>
    table.map((row) => row.map((value) => value.replaceAll(/\r\n?/g, '\n').slice(0, limit)));
  const withoutZeros = (row: string[]) =>
    row.map((value, index) => (HEADER[index] === 'rating' ? value.replace(/\.?0+$/, '') || '0' : value));

  it('has saved a workbook again, which comes in with all its values', async () => {
    const file = await readFile(new URL('fixtures/saved-by-libreoffice.xlsx', import.meta.url));
    const userId = 3;
    await database.pool.query("insert into users (id, name) values ($1, 'Somebody')", [userId]);
    const report = await runTestImport({ connectionString: database.url, userId, file });
    expect(report).toMatchObject({ format: 'xlsx', invalid: 0, duplicate: 0 });
    const imported = await tableOf(userId);
    expect(inCells(imported).map(withoutZeros)).toEqual(inCells(await tableOf(ODD)).map(withoutZeros));
  });

  it.skipIf(!office)('(soffice) reads CSV and XLSX alike', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rowferry-office-'));
    try {
      const read = async (name: string, file: Buffer, ...filter: string[]) => {
        await writeFile(join(folder, name), file);
        const out = join(folder, 'out');
        const home = `-env:UserInstallation=file://${folder}/home`;
        const asked = [
          home,
          '--headless',
          ...filter,
          '--convert-to',
          'xlsx',
          '--outdir',
          out,
          join(folder, name),
        ];
        spawnSync('soffice', asked);
        return rowsOf(join(out, 'odd.xlsx'));
      };
      const workbook = await read('odd.xlsx', await exportDiary(database.url, ODD, { format: 'xlsx' }));
      expect(inCells(workbook).map(withoutZeros)).toEqual(inCells(await tableOf(ODD)).map(withoutZeros));
      // Commas, quotes, UTF-8, and all columns text.
      const csv = '--infilter=CSV:44,34,76,1,1/2/2/2/3/2/4/2/5/2/6/2/7/2';
      const table = await read('odd.csv', await exportDiary(database.url, ODD), csv);
      expect(inCells(table, 32_766)).toEqual(inCells(await tableOf(ODD), 32_766));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function rowsOf(workbook: string): Promise<string[][]> {
  const { rows, close } = await readFileRows(createReadStream(workbook), testImportLimits);
  const found: string[][] = [];
  try {
    for await (const { cells } of rows) found.push(Object.values(cells).map((cell) => cell ?? ''));
  } finally {
    await close();
  }
  return found;
}

function pythonRows(file: Buffer): string[][] {
  const script =
    'import csv,io,json,sys\n' +
    'csv.field_size_limit(10**9)\n' +
    'text=sys.stdin.buffer.read().decode("utf-8")\n' +
    'print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), strict=True))))';
  return python3(script, file) as string[][];
}

/** What a script that is given the file prints, as JSON. */
function python3(script: string, file: Buffer): unknown {
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { input: file, maxBuffer: 1024 ** 3 });
  expect(stderr.toString()).toBe('');
  return JSON.parse(stdout.toString());
}

async function duckRows(file: Buffer): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-csv-'));
  const path = join(folder, 'file.csv');
  await writeFile(path, file);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const columns = HEADER.map((name) => `'${name}': 'VARCHAR'`).join(', ');
    const read = await connection.runAndReadAll(
      `select '.' || coalesce(columns(*), '') from read_csv('${path}', strict_mode = true, auto_detect = false, header = false, delim = ',',
                              quote = '"', escape = '"', columns = {${columns}}, null_padding = false,
                              max_line_size = 10000000, parallel = false)`,
    );
    // The dot: the binding takes a byte order mark from the beginning of every value.
    return (read.getRowsJson() as string[][]).map((row) => row.map((value) => value.slice(1)));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }
}
