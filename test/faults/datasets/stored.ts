import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../../support/lot.ts';

/** Rows of a table that a fault has made, slowly, so that the table can be changed meanwhile. */
export const dataset = defineDataset({
  name: 'stored',
  title: 'Stored rows',
  description: 'Rows of the table public.stored',
  roles: ['admin'],
  params: z.object({
    /** The last row. */
    count: z.coerce.number().int(),
    /** Pause of the server after every thousandth row, in milliseconds. */
    napMs: z.coerce.number().min(0),
    ...lot,
  }),
  formats: ['csv'],
  columns: [
    { name: 'id', type: 'integer', description: 'Counts from 1.' },
    { name: 'version', type: 'integer', description: 'The same in all rows of one moment.' },
  ],
  query: ({ count, napMs }) => ({
    text: `select id, version from (select id, version from public.stored where id <= $1 order by id) as ordered
            where id % 1000 <> 0 or pg_sleep($2::float8 / 1000)::text is not null`,
    values: [count, napMs],
  }),
});
