import { z } from 'zod';
import { defineDataset } from '../src/export/dataset.ts';

/**
 * The diary by the rules of Letterboxd's import (https://letterboxd.com/about/importing-data/): names of columns,
 * `Rating` of 0.5 to 5 in halves, `Year` as YYYY, `WatchedDate` as YYYY-MM-DD, which makes an entry of its diary, and
 * `Rewatch` as a boolean. Of `Rating10`, which is out of 10, nothing: of two ratings the second column would count.
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
    { name: 'Year', type: 'integer', description: 'Year of its first release, where it has four digits.' },
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
             case when m.release_year between 1000 and 9999 then m.release_year end as "Year",
             m.director as "Directors",
             trim_scale(nullif(round(r.rating), 0) / 2) as "Rating",
             case when r.watched_at between '1000-01-01 00:00Z' and '9999-12-31 23:59:59.999999Z'
                  then (r.watched_at at time zone 'UTC')::date end as "WatchedDate",
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
