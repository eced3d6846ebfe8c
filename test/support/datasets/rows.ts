import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../lot.ts';

/** Rows made up by the server: any number, at any speed, without filling a table first. */
export const dataset = defineDataset({
  name: 'rows',
  title: 'Rows',
  description: 'Numbered rows for tests',
  roles: ['admin'],
  params: z.object({
    count: z.coerce.number().int().min(0),
    /** Pause of the server after every thousandth row, in milliseconds. */
    napMs: z.coerce.number().min(0).default(0),
    ...lot,
  }),
  formats: ['csv', 'json', 'xlsx', 'parquet'],
  columns: [
    { name: 'id', type: 'integer', description: 'Counts from 1.' },
    { name: 'label', type: 'text', description: 'About a hundred characters that need quotes.' },
  ],
  query: ({ count, napMs }) => ({
    text: `
      select n as id, 'row ' || n || ', "' || repeat('x', 90) || '"' as label
        from generate_series(1, $1::int) as n
       where n % 1000 <> 0 or $2::float8 = 0 or pg_sleep($2::float8 / 1000)::text is not null`,
    values: [count, napMs],
  }),
});
