import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { AppError } from '../errors.ts';
import { sampleComments } from './comments.ts';

export interface DiarySeed {
  /** First and last user number, both included. */
  users: { from: number; to: number };
  /** Entries each of them has afterwards, at least. */
  entries: number;
}

/** Comment on the tables by which sample data is told from somebody's own. */
const MARK = 'rowferry sample data';

/**
 * Makes the diary application's tables where they are missing and fills them: real films, deterministic entries. Entry
 * `n` of user `u` is the same on every machine; running it again only adds what is missing.
 *
 * @throws AppError `not_sample_data` when the database has tables of these names that were not made here
 */
export async function seedDiary(connectionString: string, seeds: readonly DiarySeed[]): Promise<void> {
  const client = new Client({ connectionString, application_name: 'rowferry-seed' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await refuseForeignTables(client);
    await client.query('begin');
    // Two seeds at once would add the same entries twice.
    await client.query("select pg_advisory_xact_lock(hashtext('rowferry-seed'))");
    await client.query(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));
    await addFilms(client);
    for (const seed of seeds) await addDiaries(client, seed);
    await client.query('commit');
    await client.query('vacuum analyze users, movies, reviews');
  } finally {
    await client.end();
  }
}

async function refuseForeignTables(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name
       from pg_class c
      where c.oid in (to_regclass('users'), to_regclass('movies'), to_regclass('reviews'),
                      to_regclass('movies_past'), to_regclass('reviews_past'))
        and obj_description(c.oid, 'pg_class') is distinct from $1`,
    [MARK],
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new AppError(
    'not_sample_data',
    `This database has tables of its own named ${names}; sample data is not mixed into them. ` +
      'Seed an empty database instead.',
  );
}

async function addFilms(client: Client): Promise<void> {
  const text = await readFile(new URL('films.tsv', import.meta.url), 'utf8');
  const films = text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const column = (index: number) => films.map((film) => film[index] || null);
  await client.query(
    `insert into movies (id, title, release_year, director, external_metadata_id)
     select ordinality, title, year, director, external_id
       from unnest($1::text[], $2::int[], $3::text[], $4::text[])
            with ordinality as film (title, year, director, external_id, ordinality)
     on conflict do nothing`,
    [column(0), column(1), column(2), column(3)],
  );
  await client.query("select setval(pg_get_serial_sequence('movies', 'id'), (select max(id) from movies))");
}

/** Three entries share each timestamp: only the unique tiebreaker keeps their order. */
async function addDiaries(client: Client, { users, entries }: DiarySeed): Promise<void> {
  await client.query(
    `insert into users (id, name) select n, 'Person ' || n from generate_series($1::bigint, $2::bigint) as n
     on conflict do nothing`,
    [users.from, users.to],
  );
  await client.query("select setval(pg_get_serial_sequence('users', 'id'), (select max(id) from users))");
  await client.query(
    `with films as (select count(*) as count from movies),
          owner as (select u.id, (select count(*) from reviews r where r.user_id = u.id) as have
                      from users u where u.id between $1 and $2)
     insert into reviews (movie_id, user_id, rating, comment, watched_at)
     select 1 + (entry * 7919 + owner.id * 104729) % films.count,
            owner.id,
            trim_scale((1 + (entry * 31 + owner.id * 17) % 20) / 2.0),
            ($4::text[])[1 + (entry * 13 + owner.id) % cardinality($4::text[])],
            timestamptz '2026-06-30 21:00:00+00' - make_interval(mins => (131 * (entry / 3))::int)
       from owner, films, generate_series(owner.have, $3::bigint - 1) as entry
      order by owner.id, entry`,
    [users.from, users.to, entries, sampleComments],
  );
}
