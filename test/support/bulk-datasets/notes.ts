import { z } from 'zod';
import { defineDataset, namedSubjects } from '../../../src/export/dataset.ts';

/** Made up by the server: as many subjects as a test wants, without filling a table first. */
export const dataset = defineDataset({
  name: 'notes',
  title: 'Notes',
  description: 'A few notes of each person, for tests',
  roles: ['user', 'admin'],
  params: z.object({
    person: z.string().regex(/^\d{1,6}$/, 'must be the number of a person'),
    /** People whose number this divides have notes that cannot be read. */
    broken: z.coerce.number().int().min(0).default(0),
    napMs: z.coerce.number().min(0).default(0),
  }),
  subjectParam: 'person',
  subjects: {
    all: () => ({ text: `select n::text as subject from generate_series(1, 10000) as n`, values: [] }),
    named: {
      first: namedSubjects({
        description: 'The first ones, slowly where a nap is named.',
        params: z.object({
          count: z.coerce.number().int().min(0),
          napMs: z.coerce.number().min(0).default(0),
          twice: z.boolean().default(false),
          odd: z.string().optional(),
        }),
        query: ({ count, napMs, twice, odd }) => ({
          text: `
            select (case when $3::boolean then (n + 1) / 2 else n end)::text as subject
              from generate_series(1, $1::int) as n
             where $2::float8 = 0 or pg_sleep($2::float8 / 1000)::text is not null
            union all
            select $4::text where $4::text is not null`,
          values: [count, napMs, twice, odd ?? null],
        }),
      }),
    },
  },
  formats: ['csv', 'json'],
  columns: [
    { name: 'person', type: 'text', description: 'Whose note.' },
    { name: 'note', type: 'integer', description: 'Counts from 1.' },
  ],
  query: ({ person, broken, napMs }) => ({
    text: `
      select $1::text as person, n / (case when $2::int > 0 and $1::int % $2::int = 0 and not exists
                                            (select from pg_class where relname = 'mended') then 0 else 1 end) as note
        from generate_series(1, 2) as n
       where $3::float8 = 0 or pg_sleep($3::float8 / 1000)::text is not null`,
    values: [person, broken, napMs],
  }),
});
