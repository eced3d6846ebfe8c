import { z } from 'zod';
import { defineDataset } from '../src/export/dataset.ts';

/**
 * The diary by the rules of Letterboxd's import: ratings of 0.5 to 5 in halves, days as YYYY-MM-DD, `true` for a film
 * that was in the diary before. The names of its columns are Letterboxd's.
 */
export const dataset = defineDataset({
  name: 'diary-letterboxd',
  title: 'Film diary for Letterboxd',
  description: 'Every film a person has watched, newest first, as a file that Letterboxd imports.',
  roles: ['user', 'admin'],
  params: z.object({
    userId: z.coerce
      .string()
      .regex(/^\d{1,18}$/, 'must be the number of a user')
      .describe('Whose diary.'),
  }),
  subjectParam: 'userId',
  formats: ['csv'],
  columns: [
    { name: 'imdbID', type: 'text', description: 'Id of the film at IMDb, where it has one.' },
    { name: 'Title', type: 'text', description: 'Title of the film.' },
    { name: 'Year', type: 'integer', description: 'Year of its first release.' },
    { name: 'Directors', type: 'text', description: 'Director, where known.' },
    { name: 'Rating', type: 'number', description: 'Half of the rating, to the next half; none for 0.' },
    { name: 'WatchedDate', type: 'date', description: 'Day of watching in UTC, YYYY-MM-DD.' },
    {
      name: 'Rewatch',
      type: 'text',
      description: 'Whether the film was in the diary before: true or false.',
    },
    { name: 'Review', type: 'text', description: 'What the person wrote, line breaks included.' },
  ],
  query: ({ userId }) => ({
    text: `
      select case when m.external_metadata_id ~ '^tt[0-9]{7,10}$' then m.external_metadata_id end as "imdbID",
             m.title as "Title",
             m.release_year as "Year",
             m.director as "Directors",
             trim_scale(nullif(round(r.rating), 0) / 2) as "Rating",
             (r.watched_at at time zone 'UTC')::date as "WatchedDate",
             case when row_number() over (partition by r.movie_id order by r.watched_at, r.id) > 1
                  then 'true' else 'false' end as "Rewatch",
             r.comment as "Review"
        from reviews r
        join movies m on m.id = r.movie_id
       where r.user_id = $1
       order by r.watched_at desc, r.id desc`,
    values: [userId],
  }),
});
