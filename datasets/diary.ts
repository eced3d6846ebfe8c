import { z } from 'zod';
import { defineDataset, namedSubjects } from '../src/export/dataset.ts';

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
  }),
  subjectParam: 'userId',
  subjects: {
    all: () => ({ text: 'select id::text as subject from users', values: [] }),
    named: {
      'active-since': namedSubjects({
        description: 'People who have watched a film on this day (UTC) or later.',
        params: z.object({ since: z.iso.date().describe('YYYY-MM-DD.') }),
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
  formats: ['csv', 'json'],
  columns: [
    { name: 'title', type: 'text', description: 'Title of the film.' },
    { name: 'year', type: 'integer', description: 'Year of its first release.' },
    { name: 'director', type: 'text', description: 'Director, where known.' },
    { name: 'rating', type: 'number', description: 'Rating from 0 to 10.' },
    { name: 'comment', type: 'text', description: 'What the person wrote, line breaks included.' },
    { name: 'watched_at', type: 'date', description: 'Day of watching in UTC, YYYY-MM-DD.' },
    { name: 'external_metadata_id', type: 'text', description: 'Id of the film at the metadata provider.' },
  ],
  query: ({ userId }) => ({
    text: `
      select m.title,
             m.release_year as year,
             m.director,
             r.rating,
             r.comment,
             (r.watched_at at time zone 'UTC')::date as watched_at,
             m.external_metadata_id
        from reviews r
        join movies m on m.id = r.movie_id
       where r.user_id = $1
       order by r.watched_at desc, r.id desc`,
    values: [userId],
  }),
});
