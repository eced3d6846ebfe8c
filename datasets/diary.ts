import { z } from 'zod';
import { defineDataset, namedSubjects } from '../src/export/dataset.ts';
import { imdb } from './presets/imdb.ts';
import { letterboxd } from './presets/letterboxd.ts';

/**
 * The films of the file, and of each the id in the catalogue. One with an external id is the film of that id, whatever it
 * is called there. Otherwise it is the one of this title and year; what only one side knows, director or id, does not
 * tell two apart, unless that leaves several to choose from.
 *
 * The catalogue may have got others of the name since the same file came before. So an entry is of the film that person
 * `$1` has seen on this day, where that is one of those alike; and of one that the file names by title and year alone they
 * are more likely to have seen the same again.
 */
const FILMS = `
  numbered as materialized (
    select i.*, dense_rank() over (order by title collate "C", year, director collate "C",
                                            external_metadata_id collate "C") as film
      from pg_temp.import_rows i
  ),
  films as materialized (
    select distinct on (film) film, title, year, director, external_metadata_id from numbered order by film
  ),
  alike as materialized (
    select f.film,
           m.id as movie_id,
           f.director is null and f.external_metadata_id is null as vague,
           m.director is not distinct from f.director
             and m.external_metadata_id is not distinct from f.external_metadata_id as same,
           -- What another film of this file has just added is nothing to choose from.
           m.xmin is not distinct from pg_current_xact_id_if_assigned()::xid as added
      from films f
      join movies m on m.title = f.title and m.release_year = f.year
                   and (f.director is null or m.director is null or m.director = f.director)
                   and (f.external_metadata_id is null or m.external_metadata_id is null
                        or m.external_metadata_id = f.external_metadata_id)
  ),
  seen as materialized (
    select a.film, a.movie_id, a.same, (r.watched_at at time zone 'UTC')::date as watched_at
      from alike a
      join reviews r on r.movie_id = a.movie_id and r.user_id = $1
  ),
  seen_then as (
    select film, watched_at, (array_agg(movie_id order by same desc, movie_id))[1] as movie_id
      from seen
     group by film, watched_at
  ),
  seen_ever as (
    select film, min(movie_id) as movie_id from seen group by film having count(distinct movie_id) = 1
  ),
  chosen as (
    select a.film,
           coalesce(min(s.movie_id) filter (where a.vague),
                    min(a.movie_id) filter (where a.same),
                    case when count(*) = 1 then min(a.movie_id) end,
                    min(s.movie_id)) as movie_id
      from alike a
      left join seen_ever s on s.film = a.film
     where a.same or not a.added
     group by a.film
  ),
  found as (
    select f.film, m.id as movie_id, c.movie_id as chosen_id
      from films f
      left join movies m on m.external_metadata_id = f.external_metadata_id
      left join chosen c on c.film = f.film
  ),
  entries as (
    select n.*, coalesce(f.movie_id, s.movie_id, f.chosen_id) as movie_id
      from numbered n
      join found f on f.film = n.film
      left join seen_then s on s.film = n.film and s.watched_at = n.watched_at
  )`;

/**
 * The rows of a table as they are, and those of its past that were so at the snapshot `$5`. `here`: it is so now; `there`:
 * it was so then.
 */
const versions = (table: 'movies' | 'reviews', where = 'true') => `
    select *, null::xid8 as ended_in, true as here, pg_visible_in_snapshot(changed_in, $5::pg_snapshot) as there
      from ${table}
     where ${where}
    union all
    select *, false, pg_visible_in_snapshot(changed_in, $5::pg_snapshot)
      from ${table}_past
     where ended_in >= pg_snapshot_xmin($5::pg_snapshot) and not pg_visible_in_snapshot(ended_in, $5::pg_snapshot) and ${where}`;

/** An entry, of a review `r` and its film `m`. */
const ENTRY = `m.title,
             m.release_year as year,
             m.director,
             r.rating,
             r.comment,
             (r.watched_at at time zone 'UTC')::date as watched_at,
             m.external_metadata_id`;

/** The filters, each of which may be NULL. */
const WANTED = `
         and ($2::date is null or r.watched_at >= $2::date::timestamp at time zone 'UTC')
         and ($3::date is null or r.watched_at < ($3::date + 1)::timestamp at time zone 'UTC')
         and ($4::numeric is null or r.rating >= $4)`;

/** PostgreSQL knows no year 0. */
const day = z.iso.date().refine((text) => text >= '0001', 'is before the year 1');

/**
 * A person's film diary. People dump it and import it again: the columns, their order and their text form may never
 * change.
 */
export const dataset = defineDataset({
  name: 'diary',
  title: 'Film diary',
  description: 'Every film a person has watched, with rating and comment, newest first.',
  roles: ['user', 'admin'],
  params: z.object({
    userId: z.coerce
      .string()
      .regex(/^\d{1,18}$/, 'must be the number of a user')
      .describe('Whose diary.'),
    watchedFrom: day.optional().describe('Only what was watched on this day (UTC) or later, YYYY-MM-DD.'),
    watchedTo: day.optional().describe('Only what was watched on this day (UTC) or earlier, YYYY-MM-DD.'),
    minRating: z.coerce.number().min(0).max(10).optional().describe('Only what was rated so or better.'),
  }),
  subjectParam: 'userId',
  subjects: {
    all: () => ({ text: 'select id::text as subject from users', values: [] }),
    named: {
      'active-since': namedSubjects({
        description: 'People who have watched a film on this day (UTC) or later.',
        params: z.object({ since: day.describe('YYYY-MM-DD.') }),
        query: ({ since }) => ({
          text: `
            select u.id::text as subject
              from users u
             where exists (select from reviews r
                            where r.user_id = u.id and r.watched_at >= $1::date::timestamp at time zone 'UTC')`,
          values: [since],
        }),
      }),
    },
  },
  formats: ['csv', 'tsv', 'ndjson', 'json', 'xlsx', 'parquet'],
  columns: [
    { name: 'title', label: 'Title', type: 'text', description: 'Title of the film.' },
    { name: 'year', label: 'Year', type: 'integer', description: 'Year of its first release.' },
    { name: 'director', label: 'Director', type: 'text', description: 'Director, where known.' },
    { name: 'rating', label: 'Rating', type: 'number', description: 'Rating from 0 to 10.' },
    {
      name: 'comment',
      label: 'Comment',
      type: 'text',
      description: 'What the person wrote, line breaks included.',
    },
    {
      name: 'watched_at',
      label: 'Watched on',
      type: 'date',
      description: 'Day of watching in UTC, YYYY-MM-DD.',
    },
    {
      name: 'external_metadata_id',
      label: 'Film id',
      type: 'text',
      description: 'Id of the film at the metadata provider.',
    },
  ],
  sort: {
    by: { watched_at: 'r.watched_at', title: 'm.title', year: 'm.release_year', rating: 'r.rating' },
    default: ['-watched_at'],
    tieBreak: 'r.id',
  },
  query: ({ userId, watchedFrom, watchedTo, minRating }, { orderBy }) => ({
    text: `
      select ${ENTRY}
        from reviews r
        join movies m on m.id = r.movie_id
       where r.user_id = $1${WANTED}
       order by ${orderBy}`,
    values: [userId, watchedFrom, watchedTo, minRating],
  }),
  // An entry is what its review and its film say: it is another one where either of them is.
  changes: ({ userId, watchedFrom, watchedTo, minRating }, { since }) => ({
    text: `
      with r as (${versions('reviews', 'user_id = $1')}),
           m as (${versions('movies')})
      select ${ENTRY},
             case when r.here and m.here then 'added' else 'removed' end as change
        from r
        join m on m.id = r.movie_id
       where (r.here and m.here) <> (r.there and m.there)${WANTED}
       order by r.watched_at desc, r.id desc, change desc`,
    values: [userId, watchedFrom, watchedTo, minRating, since],
  }),
  importer: {
    columns: [
      { name: 'title', type: 'text', required: true },
      { name: 'year', type: 'integer', required: true, min: -2_147_483_648, max: 2_147_483_647 },
      { name: 'director', type: 'text' },
      { name: 'rating', type: 'number', required: true, min: 0, max: 10 },
      { name: 'comment', type: 'text' },
      { name: 'watched_at', type: 'date', required: true },
      { name: 'external_metadata_id', type: 'text' },
    ],
    presets: [letterboxd, imdb],
    // An entry is one watching of a film on a day. Entries that are the same in all are matched first, so that of two on
    // one day the one that is missing is added. What is there is never altered.
    duplicates: ({ userId }) => ({
      text: `
        with ${FILMS},
        there as (
          select movie_id, (watched_at at time zone 'UTC')::date as watched_at, rating,
                 coalesce(comment, '') as comment, count(*) as times
            from reviews
           where user_id = $1
           group by 1, 2, 3, 4
        ),
        days as (
          select movie_id, watched_at, sum(times) as times from there group by 1, 2
        ),
        matched as (
          select e.import_row, e.movie_id, e.watched_at, d.times,
                 row_number() over (partition by e.movie_id, e.watched_at, e.rating, coalesce(e.comment, '')
                                        order by e.import_row) <= coalesce(t.times, 0) as same
            from entries e
            join days d using (movie_id, watched_at)
            left join there t on t.movie_id = e.movie_id and t.watched_at = e.watched_at
                             and t.rating = e.rating and t.comment = coalesce(e.comment, '')
        ),
        counted as (
          select import_row, times,
                 row_number() over (partition by movie_id, watched_at order by same desc, import_row) as number
            from matched
        )
        select import_row from counted where number <= times`,
      values: [userId],
    }),
    // Two imports at once would not see each other's films, and add each of them twice: the second waits.
    // The last of the file first: entries of one day are exported in the order of their ids, the newest first.
    write: ({ userId }) => [
      { text: `select pg_advisory_xact_lock(hashtextextended('rowferry diary films', 0))`, values: [] },
      {
        text: `
          with ${FILMS}
          insert into movies (title, release_year, director, external_metadata_id)
          select distinct title, year, director, external_metadata_id
            from entries
           where movie_id is null
           order by title, year, director, external_metadata_id
              on conflict (external_metadata_id) do nothing`,
        values: [userId],
      },
      {
        text: `
          with ${FILMS}
          insert into reviews (movie_id, user_id, rating, comment, watched_at)
          select movie_id, $1, rating, comment, watched_at::timestamp at time zone 'UTC'
            from entries
           order by import_row desc`,
        values: [userId],
      },
    ],
  },
});
