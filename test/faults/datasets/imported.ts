import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';

/** Rows that come in from files, into a table that a fault has made. */
export const dataset = defineDataset({
  name: 'imported',
  title: 'Imported rows',
  description: 'Rows of the table public.imported',
  roles: ['admin'],
  params: z.object({
    /** Whose rows they are. */
    batch: z.string().max(40),
    /** Pause of the server at every thousandth row that it writes, in milliseconds; fifty of them before it compares. */
    napMs: z.coerce.number().min(0),
  }),
  formats: ['csv'],
  columns: [
    { name: 'n', type: 'integer', description: 'Counts from 1.' },
    { name: 'note', type: 'text', description: 'Some text.' },
  ],
  query: ({ batch }) => ({
    text: 'select n, note from public.imported where batch = $1 order by n',
    values: [batch],
  }),
  importer: {
    columns: [
      { name: 'n', type: 'integer', required: true },
      { name: 'note', type: 'text' },
    ],
    duplicates: ({ batch, napMs }) => ({
      text: `select import_row from pg_temp.import_rows i
              -- Once, before all else: a join with nothing there would look at no row.
              where (select pg_sleep($2::float8 / 20)::text) is not null
                and exists (select from public.imported t where t.batch = $1 and t.n = i.n)`,
      values: [batch, napMs],
    }),
    write: ({ batch, napMs }) => [
      {
        text: `insert into public.imported (batch, n, note)
               select $1, n, note from pg_temp.import_rows
                where n % 1000 <> 0 or pg_sleep($2::float8 / 1000)::text is not null`,
        values: [batch, napMs],
      },
    ],
  },
});
