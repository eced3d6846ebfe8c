import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { datasetOf, runTestExport } from '../support/run-test-export.ts';
import { exportDiary, runTestImport } from '../support/run-test-import.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
const HEADER = 'title,year,director,rating,comment,watched_at,external_metadata_id';

beforeAll(async () => {
  await seedDiary(database.url, [{ users: { from: 1, to: 2 }, entries: 300 }]);
});

let users = 1000;
/** Somebody without a diary. */
async function newUser(): Promise<number> {
  users++;
  await database.pool.query("insert into users (id, name) values ($1, 'Somebody')", [users]);
  return users;
}

const importInto = (userId: number, file: string | Buffer | Readable, rest: object = {}) =>
  runTestImport({ connectionString: database.url, userId, file, ...rest });
const exported = async (userId: number, format: 'csv' | 'json' = 'csv') =>
  (await exportDiary(database.url, userId, { format })).toString();

async function entriesOf(userId: number): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::int from reviews where user_id = $1',
    [userId],
  );
  return rows[0]?.count ?? 0;
}

const filmCount = async () =>
  (await database.pool.query<{ count: number }>('select count(*)::int from movies')).rows[0]?.count;

describe('a duplicate', () => {
  it('is every row, when the same file comes again, in any form', async () => {
    const userId = await newUser();
    const file = await exported(1);
    await importInto(userId, file);
    const again = [file, gzipSync(file), file.replaceAll('\n', '\n'), await exported(1, 'json')];
    for (const form of again) {
      expect(await importInto(userId, form)).toMatchObject({ rows: 300, new: 0, duplicate: 300, written: 0 });
    }
    expect(await exported(userId)).toBe(file);
  });

  it('is also what was written by two imports at once: one waits for the other', async () => {
    const userId = await newUser();
    const file = await exported(1);
    const reports = await Promise.all([1, 2, 3].map(() => importInto(userId, file)));
    expect(reports.map(({ written }) => written).sort()).toEqual([0, 0, 300]);
    expect(await exported(userId)).toBe(file);
  });

  it('counts: a film seen twice on a day is there twice, and the one that is missing is added', async () => {
    const userId = await newUser();
    const line = (rating: number, comment: string) => `Gattaca Two,1997,,${rating},${comment},2024-01-01,`;
    const both = [HEADER, line(9, 'evening'), line(5, 'morning'), ''].join('\n');
    await importInto(userId, [HEADER, line(5, 'morning'), ''].join('\n'));
    expect(await importInto(userId, both)).toMatchObject({ new: 1, duplicate: 1, written: 1 });
    expect(await exported(userId)).toBe(both);
    // The same day and film with other words is the same entry, and stays as it is.
    const edited = [HEADER, line(1, 'edited'), line(5, 'morning'), ''].join('\n');
    expect(await importInto(userId, edited)).toMatchObject({ new: 0, duplicate: 2 });
    expect(await exported(userId)).toBe(both);
  });
});

describe('a film that the file does not say all of', () => {
  const fileOf = (...lines: string[]) => [HEADER, ...lines, ''].join('\n');
  const addFilm = (title: string, director: string | null) =>
    database.pool.query('insert into movies (title, release_year, director) values ($1, 1996, $2)', [
      title,
      director,
    ]);
  const filmsCalled = async (title: string) => {
    const { rows } = await database.pool.query<{ director: string | null }>(
      'select director from movies where title = $1 order by id',
      [title],
    );
    return rows.map(({ director }) => director);
  };

  it('stays the one it was, though the catalogue has another of its name by now', async () => {
    const [mine, other, third] = [await newUser(), await newUser(), await newUser()];
    await addFilm('Crash of cars', 'David Cronenberg');
    const file = fileOf('Crash of cars,1996,,7,,2024-01-01,');
    await importInto(mine, file);
    await importInto(other, fileOf('Crash of cars,1996,Somebody Else,7,,2024-01-01,'));
    expect(await importInto(mine, file)).toMatchObject({ new: 0, duplicate: 1 });
    // For somebody else there are two to choose from, so it is a third, which says as little as the file.
    await importInto(third, file);
    expect(await importInto(mine, file)).toMatchObject({ new: 0, duplicate: 1 });
    expect(await importInto(third, file)).toMatchObject({ new: 0, duplicate: 1 });
    expect(await filmsCalled('Crash of cars')).toEqual(['David Cronenberg', 'Somebody Else', null]);
    // It is the one that they have seen on other days too.
    const more = fileOf('Crash of cars,1996,,8,,2024-01-02,', 'Crash of cars,1996,,7,,2024-01-01,');
    expect(await importInto(mine, more)).toMatchObject({ written: 1, duplicate: 1 });
    expect(await importInto(mine, more)).toMatchObject({ new: 0, duplicate: 2 });
    expect((await exported(mine)).match(/David Cronenberg/g)).toHaveLength(2);
    // What is said in full is that film, and the same again.
    const both = fileOf(
      'Crash of cars,1996,David Cronenberg,7,,2024-01-01,',
      'Crash of cars,1996,,7,,2024-01-01,',
    );
    const last = await newUser();
    await importInto(last, both);
    expect(await exported(last)).toBe(both);
    expect(await importInto(last, both)).toMatchObject({ new: 0, duplicate: 2 });
  });

  it('is not another one for the sake of what the same file adds', async () => {
    const userId = await newUser();
    await addFilm('Crash at once', 'David Cronenberg');
    const file = fileOf(
      'Crash at once,1996,,7,,2024-01-01,',
      'Crash at once,1996,Somebody Else,7,,2024-01-01,',
    );
    expect(await importInto(userId, file)).toMatchObject({ written: 2 });
    expect(await importInto(userId, file)).toMatchObject({ new: 0, duplicate: 2 });
    expect(await filmsCalled('Crash at once')).toEqual(['David Cronenberg', 'Somebody Else']);
  });

  it('is added once by two imports at once', async () => {
    const [first, second] = [await newUser(), await newUser()];
    const file = fileOf('Crash of two,1996,,7,,2024-01-01,');
    const waiting = async () => {
      const { rows } = await database.pool.query<{ count: number }>(
        `select count(*)::int from pg_stat_activity
          where datname = current_database() and application_name like 'rowferry-import%' and wait_event_type = 'Lock'`,
      );
      return rows[0]?.count;
    };
    const client = await database.pool.connect();
    try {
      // The first one has added the film, and cannot add its entry.
      await client.query('begin');
      await client.query('select from users where id = $1 for update', [first]);
      const importing = [importInto(first, file)];
      await expect.poll(waiting).toBe(1);
      let ended = false;
      importing.push(importInto(second, file).finally(() => (ended = true)));
      await expect.poll(async () => ended || (await waiting()) === 2).toBe(true);
      await client.query('commit');
      await Promise.all(importing);
    } finally {
      client.release();
    }
    expect(await filmsCalled('Crash of two')).toEqual([null]);
  });
});

describe('an invalid row', () => {
  const bad = [
    [`,1999,,7,,2024-01-01,`, 'title', 'is empty'],
    [`a,nineteen,,7,,2024-01-01,`, 'year', '“nineteen” is not a whole number'],
    [`a,1999,,11,,2024-01-01,`, 'rating', '“11” is not between 0 and 10'],
    [`a,1999,,NaN,,2024-01-01,`, 'rating', '“NaN” is not a number'],
    [`a,1999,,7,,2023-02-29,`, 'watched_at', '“2023-02-29” is not a day as YYYY-MM-DD'],
    [`a,1999,,7,,01.02.2023,`, 'watched_at', '“01.02.2023” is not a day as YYYY-MM-DD'],
    [`a,1999,,7,nul\0,2023-02-01,`, 'comment', 'holds the character NUL, which PostgreSQL cannot store'],
    [`a,1999,,7,2023-02-01,`, null, 'it has 6 fields, and the header has 7'],
  ] as const;

  it('is told with its line and the reason, and nothing of the file is written', async () => {
    const userId = await newUser();
    const good = (n: number) => `Good ${n},1999,,7,"two\r\nlines",2024-01-01,`;
    const lines = bad.flatMap(([line], index) => [good(index), line]);
    const report = await importInto(userId, `\uFEFF${HEADER}\r\n${lines.join('\r\n')}\r\n`);
    expect(report).toMatchObject({ rows: 16, new: 8, invalid: 8, withheld: 8, written: 0 });
    expect(report.invalidRows).toEqual(
      bad.map(([, column, reason], index) => ({
        row: 2 * index + 2,
        line: 3 * index + 4,
        part: null,
        column,
        reason,
      })),
    );
    expect(await entriesOf(userId)).toBe(0);
  });

  it('takes its batch with it, or only itself, where that is asked for', async () => {
    const [batches, rows] = [await newUser(), await newUser()];
    const lines = Array.from({ length: 35 }, (_, n) => `Batch ${n},1999,,${n === 12 ? 'x' : 7},,2024-01-01,`);
    const file = [HEADER, ...lines, ''].join('\n');
    expect(await importInto(batches, file, { onInvalid: 'reject-batch' })).toMatchObject({
      rows: 35,
      new: 34,
      invalid: 1,
      withheld: 9,
      written: 25,
    });
    expect(await exported(batches)).toBe([HEADER, ...lines.slice(0, 10), ...lines.slice(20), ''].join('\n'));
    expect(await importInto(rows, file, { onInvalid: 'skip-row' })).toMatchObject({
      withheld: 0,
      written: 34,
    });
    expect(await exported(rows)).toBe([HEADER, ...lines.filter((_, n) => n !== 12), ''].join('\n'));
  });

  it('is counted beyond those that are listed', async () => {
    const file = [HEADER, ...Array.from({ length: 50 }, () => 'a,x,,7,,2024-01-01,'), ''].join('\n');
    const report = await importInto(await newUser(), file, { limits: { reportRows: 3 } });
    expect(report).toMatchObject({ invalid: 50, new: 0 });
    expect(report.invalidRows.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('of JSON is one that is no row', async () => {
    const good = '{"title":"j","year":1999,"rating":7,"watched_at":"2024-01-01"}';
    const file = `[\n${good},\n{"title":"j","year":[1]},\n{"title":"j",},\n{"titel":"j"},\n{"title":"\\ud800"}]`;
    const report = await importInto(await newUser(), file, { onInvalid: 'skip-row' });
    expect(report).toMatchObject({ rows: 5, written: 1 });
    expect(report.invalidRows.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [3, null, '“year” is a list or an object'],
      [4, null, 'it is not JSON, or it has a key twice'],
      [5, 'titel', 'there is no such column'],
      [6, 'title', 'holds half of a character (a lone surrogate)'],
    ]);
  });
});

describe('a dry run', () => {
  it('says what would be written, and writes nothing, in a transaction that could not', async () => {
    const userId = await newUser();
    const films = await filmCount();
    const file = [HEADER, 'Dry,1999,,7,,2024-01-01,', 'Dry,1999,,x,,2024-01-01,', ''].join('\n');
    const report = await importInto(userId, file, { dryRun: true, onInvalid: 'skip-row' });
    expect(report).toMatchObject({ rows: 2, new: 1, invalid: 1, withheld: 0, written: 0 });
    expect([await entriesOf(userId), await filmCount()]).toEqual([0, films]);
  });
});

describe('a file that is not one', () => {
  it.each([
    ['nothing', '', 'it is empty'],
    ['another header', 'a,b\n1,2\n', 'its header lacks “title”, “year”, “rating”, “watched_at”'],
    ['a column too many', `${HEADER},shelf\n`, 'its header has “shelf”, for which there is no place'],
    ['a column twice', `${HEADER},title\n`, 'its header has “title” twice'],
    ['semicolons', `${HEADER.replaceAll(',', ';')}\n`, 'its fields are separated by neither commas nor tabs'],
    [
      'a quote that stays open',
      `${HEADER}\na,1,,7,,2024-01-01,\n"a,1`,
      'from line 3 on, cannot be read: a quote is',
    ],
    [
      'a quote inside',
      `${HEADER}\na,1,,7,b"c,2024-01-01,\n`,
      'from line 2 on, cannot be read: a quote stands',
    ],
    ['Latin-1', Buffer.from(`${HEADER}\nAm\xE9lie`, 'latin1'), 'it is not UTF-8'],
    [
      'UTF-16 cut in a character',
      Buffer.from(`\uFEFF${HEADER}`, 'utf16le').subarray(0, -1),
      'begins as UTF-16',
    ],
    ['UTF-16 the other way round', Buffer.from(`\uFEFF${HEADER}`, 'utf16le').swap16(), 'it is not UTF-8'],
    ['a zip that is none', Buffer.from('PK\x03\x04…'), 'it is a ZIP that is damaged or cut short'],
    ['Parquet', 'PAR1', 'it is Parquet'],
    [
      'zeros behind a gzip file',
      Buffer.concat([gzipSync(HEADER), Buffer.alloc(9)]),
      'something stands behind the end',
    ],
    [
      'anything behind a gzip file',
      Buffer.concat([gzipSync(HEADER), Buffer.from('more')]),
      'damaged or cut short',
    ],
    ['a gzip file cut short', gzipSync(HEADER).subarray(0, 40), 'damaged or cut short'],
    ['JSON of another form', '[1]', 'it has to be one JSON array of objects'],
    ['JSON cut short', '[{"title":"a"}', 'it ends in the middle of its array'],
    ['two arrays', '[]\n[]', 'from line 2 on, cannot be read: it has to be one JSON array'],
  ])('is refused, and says why: %s', async (_name, file, reason) => {
    const importing = importInto(await newUser(), file);
    await expect(importing).rejects.toMatchObject({ code: 'bad_import_file' });
    await expect(importing).rejects.toThrow(reason);
  });

  it('is refused beyond the limits, also of what a small file unpacks to', async () => {
    const userId = await newUser();
    const zeros = gzipSync(Buffer.alloc(10_000_000));
    const file = await exported(1);
    const tooLarge = { code: 'import_too_large' };
    await expect(importInto(userId, zeros, { limits: { maxBytes: 1_000_000 } })).rejects.toMatchObject(
      tooLarge,
    );
    await expect(importInto(userId, file, { limits: { maxBytes: 1000 } })).rejects.toMatchObject(tooLarge);
    await expect(importInto(userId, file, { limits: { maxRows: 299 } })).rejects.toMatchObject(tooLarge);
    const long = [HEADER, `${'x'.repeat(5000)},1,,7,,2024-01-01,`, ''].join('\n');
    for (const wide of [long, JSON.stringify([{ title: 'x'.repeat(5000) }])]) {
      await expect(importInto(userId, wide, { limits: { maxRowBytes: 2000 } })).rejects.toThrow(
        'IMPORT_MAX_ROW_BYTES',
      );
    }
    expect(await entriesOf(userId)).toBe(0);
  });
});

describe('a file that means harm', () => {
  it('has a hundred thousand columns: it is refused at once, in a few words', async () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `c${index}`);
    const error: unknown = await importInto(1, `${HEADER},${names.join(',')}\n`).catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).message).toMatch(/its header has “c0”, .*“c9” and 99990 more, for which/);
  });

  it('has names as long as a row: the report does not repeat them', async () => {
    const name = 'n'.repeat(100_000);
    const file = JSON.stringify([{ [name]: 1 }, { [name]: [] }]);
    const { invalidRows } = await importInto(1, file);
    expect(invalidRows).toHaveLength(2);
    expect(JSON.stringify(invalidRows).length).toBeLessThan(500);
    await expect(importInto(1, `${HEADER},${name},${name}\n`)).rejects.toThrow(/“n{40}…” twice/);
  });
});

it.each([
  ['of which nothing is said', {}, 'PKs'],
  ['that is said to be CSV', { format: 'csv' }, 'PAR1'],
  ['that is said to be CSV', { format: 'csv' }, '%PDF'],
] as const)(
  'takes a text %s, though its header begins as another kind of file does: %o %s',
  async (_, said, name) => {
    const dataset = {
      ...datasetOf('select 1 as a', ['a']),
      importer: {
        columns: [{ name, type: 'text' }],
        duplicates: () => ({ text: 'select 0 where false', values: [] }),
        write: () => [{ text: 'insert into texts select * from pg_temp.import_rows', values: [] }],
      },
    };
    const report = await importInto(1, `${name}\na\n`, { dataset, params: {}, dryRun: true, ...said });
    expect(report).toMatchObject({ rows: 1, new: 1 });
  },
);

it('takes every whole number and every double that an export writes', async () => {
  await database.pool.query('create table numbers (whole int8, real float8)');
  const columns = [
    { name: 'whole', type: 'integer' },
    { name: 'real', type: 'number' },
  ];
  const numbers = datasetOf('select * from numbers order by whole', ['whole', 'real']);
  const dataset = {
    ...numbers,
    importer: {
      columns,
      duplicates: () => ({ text: 'select 0 where false', values: [] }),
      write: () => [
        { text: 'insert into numbers select whole, "real" from pg_temp.import_rows', values: [] },
      ],
    },
  };
  const file =
    'whole,real\n-9223372036854775808,5e-324\n0,-1.7976931348623157e+308\n9223372036854775807,1e+300\n';
  await importInto(1, file, { dataset, params: {} });
  const made = await runTestExport({ connectionString: database.url, dataset: numbers, params: {} });
  expect(made.text).toBe(file);
});

it('takes a time without a zone for one in UTC, wherever the server is', async () => {
  await database.pool.query('create table moments (at timestamptz)');
  const dataset = {
    ...datasetOf('select at from moments', ['at']),
    importer: {
      columns: [{ name: 'at', type: 'timestamp' }],
      duplicates: () => ({ text: 'select 0 where false', values: [] }),
      write: () => [{ text: 'insert into moments select at from pg_temp.import_rows', values: [] }],
    },
  };
  const away = new URL(database.url);
  away.searchParams.set('options', '-c timezone=America/New_York');
  await importInto(1, 'at\n2024-01-01 10:00:00\n', { dataset, params: {}, connectionString: away.href });
  const { rows } = await database.pool.query<{ at: Date }>('select at from moments');
  expect(rows).toEqual([{ at: new Date('2024-01-01T10:00:00Z') }]);
});

describe('when it fails', () => {
  it.each([
    ['CSV', 'a,b\n', '1,2\n', 'its header lacks'],
    ['JSON', '[', '{"a":1},\n', 'There is no preset'],
  ])('closes the file, of which it has read the beginning: %s', async (_, begin, row, message) => {
    let next = begin;
    const file = new Readable({
      read() {
        this.push(next);
        next = row.repeat(1000);
      },
    });
    // It ends with an error, which `once` of node:events would reject with.
    const closed = new Promise((resolve) => file.once('close', resolve));
    const preset = message.includes('preset') ? 'of-nobody' : undefined;
    await expect(importInto(1, file, { preset })).rejects.toThrow(message);
    await closed;
  });

  it('says so of a dataset that takes no imports', async () => {
    const dataset = datasetOf('select 1 as a', ['a']);
    const importing = importInto(1, HEADER, { dataset, params: {} });
    await expect(importing).rejects.toMatchObject({ code: 'not_importable' });
  });

  it('writes nothing for somebody who is not there', async () => {
    const films = await filmCount();
    const file = [HEADER, 'Nobody’s film,1999,,7,,2024-01-01,', ''].join('\n');
    const refused: unknown = await importInto(99_999_999, file).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'import_refused', details: { sqlstate: '23503' } });
    // It is logged whole: PostgreSQL's words have the key of the row.
    expect(inspect(refused, { depth: 9 })).not.toContain('99999999');
    expect(await filmCount()).toBe(films);
  });

  it.each([
    ['before its header', Buffer.from('tit')],
    ['between its rows', Buffer.from(`${HEADER}\nA,1999,,7,,2024-01-01,\n`)],
    ['in an object', Buffer.from('{"title":"A"}\n{"tit')],
    ['in a zip', Buffer.from('PK\x03\x04and more')],
  ])('ends at once when it is aborted while its file stalls: %s', async (_where, begin) => {
    const controller = new AbortController();
    const file = new Readable({ read: () => undefined });
    const reason = new Error('stop');
    file.push(begin);
    const importing = importInto(await newUser(), file, { signal: controller.signal });
    await expect.poll(() => file.readableDidRead).toBe(true);
    controller.abort(reason);
    await expect(importing).rejects.toBe(reason);
  });

  it('writes nothing when it is aborted while it reads', async () => {
    const userId = await newUser();
    const controller = new AbortController();
    const reason = new Error('enough');
    const onRows = () => controller.abort(reason);
    const importing = importInto(userId, await exported(1), { signal: controller.signal, onRows });
    await expect(importing).rejects.toBe(reason);
    expect(await entriesOf(userId)).toBe(0);
  });
});

describe('a file of another program', () => {
  it('is known by its header: Letterboxd', async () => {
    const userId = await newUser();
    const reviews = [
      'Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date',
      '2024-03-02,Parasite,2019,https://boxd.it/a,4.5,Yes,"Twice, ""better""",cinema,2024-03-01',
      '2024-03-03,Unknown to all,2020,https://boxd.it/b,0.5,,,,',
      '2024-03-04,Unrated,2020,https://boxd.it/c,,,,,2024-03-04',
      '2024-03-04,Too good,2020,https://boxd.it/d,5.5,,,,2024-03-04',
      '',
    ].join('\r\n');
    const report = await importInto(userId, reviews, { onInvalid: 'skip-row' });
    expect(report).toMatchObject({
      preset: 'letterboxd',
      new: 2,
      written: 2,
      ignoredColumns: ['Letterboxd URI', 'Rewatch', 'Tags'],
    });
    expect(report.invalidRows.map(({ line, reason }) => [line, reason])).toEqual([
      [4, 'it has no rating, and an entry of the diary needs one'],
      [5, 'Rating: is not 0.5 to 5 stars'],
    ]);
    const lines = (await exported(userId)).split('\n');
    expect(lines[1]).toBe('Unknown to all,2020,,1,,2024-03-03,');
    // The catalogue knows its director.
    expect(lines[2]).toMatch(/^Parasite,2019,[^,]*,9,"Twice, ""better""",2024-03-01,/);
    const ratings = 'Date,Name,Year,Letterboxd URI,Rating\n2024-03-01,Parasite,2019,https://boxd.it/a,4.5\n';
    expect(await importInto(userId, ratings)).toMatchObject({ preset: 'letterboxd', new: 0, duplicate: 1 });
    const diary =
      'Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2024-03-09,Parasite,2019,u,5,,,2024-03-08\n';
    expect(await importInto(userId, diary)).toMatchObject({ preset: 'letterboxd', written: 1 });
  });

  it('is known by its header: IMDb', async () => {
    const userId = await newUser();
    const file = [
      'Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors',
      'tt0111161,10,2024-01-05,The Shawshank Redemption,The Shawshank Redemption,https://www.imdb.com/title/tt0111161,Movie,9.3,142,1994,Drama,2900000,1994-10-14,Frank Darabont',
      'tt9999999999,7,2024-01-04,Of nobody,Of nobody,u,Movie,,,2023,"Drama, War",,,"A One, B Two"',
      'tt1,0,2024-01-04,x,x,u,Movie,,,2023,,,,',
      '',
    ].join('\n');
    const report = await importInto(userId, file, { onInvalid: 'skip-row', preset: 'imdb' });
    expect(report).toMatchObject({ preset: 'imdb', new: 2, invalid: 1, written: 2 });
    const lines = (await exported(userId)).split('\n');
    expect(lines[1]).toBe('The Shawshank Redemption,1994,Frank Darabont,10,,2024-01-05,tt0111161');
    expect(lines[2]).toBe('Of nobody,2023,"A One, B Two",7,,2024-01-04,tt9999999999');
    expect(await importInto(userId, file, { onInvalid: 'skip-row' })).toMatchObject({ new: 0, duplicate: 2 });
  });

  it('is refused under another’s name, or one that there is not', async () => {
    const userId = await newUser();
    const file = await exported(1);
    await expect(importInto(userId, file, { preset: 'imdb' })).rejects.toThrow('lacks “Const”');
    await expect(importInto(userId, file, { preset: 'x' })).rejects.toMatchObject({ code: 'preset_unknown' });
  });
});

it('refuses a connection with query_timeout, and names the settings of imports', async () => {
  const url = new URL(database.url);
  url.searchParams.set('query_timeout', '1000');
  const importing = importInto(1, HEADER, { connectionString: url.href });
  await expect(importing).rejects.toMatchObject({ code: 'query_timeout_set' });
  await expect(importing).rejects.toThrow(/IMPORT_DATABASE_URL.*IMPORT_DEADLINE_SECONDS/);
});
