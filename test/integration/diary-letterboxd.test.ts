import { beforeAll, expect, it } from 'vitest';
import { dataset } from '../../datasets/letterboxd.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { readCsv } from '../support/read-csv.ts';
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

it('has the columns of Letterboxd’s import, and values that it takes', async () => {
  const { header, rows } = await exported();
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
