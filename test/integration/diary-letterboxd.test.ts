import { beforeAll, expect, it } from 'vitest';
import { dataset } from '../../datasets/letterboxd.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { readCsv } from '../support/read-csv.ts';
import { readZip } from '../support/read-zip.ts';
import { runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
beforeAll(() => seedDiary(database.url, [{ users: { from: 1, to: 1 }, entries: 200 }]));

const exported = async () => {
  const params = { userId: '1' };
  const { text } = await runTestExport({ connectionString: database.url, dataset, params });
  const [header = [], ...rows] = readCsv(text);
  return { header, rows };
};

// https://letterboxd.com/about/importing-data/ has the rules.
it('has the columns of Letterboxd’s import, and values that it takes', async () => {
  const { header, rows } = await exported();
  const known =
    'LetterboxdURI,tmdbID,imdbID,Title,Year,Directors,Rating,Rating10,WatchedDate,Rewatch,Tags,Review'.split(
      ',',
    );
  expect(header.filter((name) => !known.includes(name))).toEqual([]);
  expect(header.join()).toBe('imdbID,Title,Year,Directors,Rating,WatchedDate,Rewatch,Review');
  expect(rows).toHaveLength(200);
  for (const [imdbId, title, year, , rating, day, rewatch] of rows) {
    expect(imdbId).toMatch(/^(tt\d{7,10})?$/);
    expect(title).not.toBe('');
    expect(year).toMatch(/^\d{4}$/);
    expect(rating).toMatch(/^(0\.5|[1-4](\.5)?|5)?$/);
    expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(rewatch).toMatch(/^(true|false)$/);
  }
});

it('halves ratings, has none for 0, and tells a film that was seen before', async () => {
  await database.pool.query(
    `insert into reviews (movie_id, user_id, rating, watched_at)
     values (1, 1, 0, '2030-01-01'), (1, 1, 10, '2030-01-02'), (1, 1, 7.4, '2030-01-03')`,
  );
  const { rows } = await exported();
  expect(rows.slice(0, 3).map(([, , , , rating, , rewatch]) => [rating, rewatch])).toEqual([
    ['3.5', 'true'],
    ['5', 'true'],
    [
      '',
      rows.slice(3).some(([, title, year]) => title === rows[2]?.[1] && year === rows[2]?.[2])
        ? 'true'
        : 'false',
    ],
  ]);
});

it('has neither years nor days of another form than theirs: those stay empty', async () => {
  await database.pool.query(
    `with film as (insert into movies (title, release_year) values ('Odd years', -3) returning id)
     insert into reviews (movie_id, user_id, rating, watched_at)
     select id, 1, 5, day from film, unnest('{12024-01-01 12:00Z, 0099-01-01 12:00Z, 9999-12-31 23:59Z}'::timestamptz[]) day`,
  );
  const { rows } = await exported();
  const odd = rows.filter(([, title]) => title === 'Odd years');
  expect(odd.map(([, , year, , rating, day]) => [year, rating, day])).toEqual([
    ['', '2.5', ''],
    ['', '2.5', '9999-12-31'],
    ['', '2.5', ''],
  ]);
});

it('can be had in files that are small enough', async () => {
  const params = { userId: '1' };
  const options = { compression: 'zip', rowsPerFile: 10_000 } as const;
  const { content } = await runTestExport({ connectionString: database.url, dataset, params, options });
  const files = [...readZip(content).values()];
  expect(files.map((file) => file.toString().split('\n', 1)[0])).toEqual([
    'imdbID,Title,Year,Directors,Rating,WatchedDate,Rewatch,Review',
  ]);
});
