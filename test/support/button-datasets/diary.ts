import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';

/** A diary of made-up rows, as many and as slow as a test wants; it fails while the table `broken` has rows. */
export const dataset = defineDataset({
  name: 'diary',
  title: 'Film diary',
  description: 'Every film you have watched, with rating and comment.',
  roles: ['user', 'admin'],
  params: z.object({
    userId: z.coerce.string().describe('Whose diary.'),
    count: z.coerce.number().int().min(0).default(3),
    /** Pause of the server after every hundredth row. */
    napMs: z.coerce.number().min(0).default(0),
  }),
  subjectParam: 'userId',
  subjects: {
    all: () => ({ text: 'select n::text as subject from generate_series(1, 3) as n', values: [] }),
  },
  formats: ['csv', 'json', 'xlsx', 'tsv', 'ndjson', 'parquet'],
  columns: [
    { name: 'title', type: 'text', description: 'Title of the film.' },
    { name: 'year', type: 'integer', description: 'Year of its first release.' },
    { name: 'rating', type: 'number', description: 'Rating from 0 to 10.' },
    { name: 'comment', type: 'text', description: 'What you wrote.' },
  ],
  query: ({ userId, count, napMs }) => ({
    text: `
      select 'Film ' || n as title, 1900 + n % 100 as year, 10.0 / (1 - (select count(*) from broken)) as rating,
             'of ' || $1::text || repeat(' and so on', 5) as comment
        from generate_series(1, $2::int) as n
       where n % 100 <> 0 or $3::float8 = 0 or pg_sleep($3::float8 / 1000)::text is not null`,
    values: [userId, count, napMs],
  }),
});
