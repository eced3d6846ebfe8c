import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../../support/lot.ts';

/** Rows one of which PostgreSQL cannot compute. */
export const dataset = defineDataset({
  name: 'failing',
  title: 'Failing rows',
  description: 'Rows one of which divides by zero',
  roles: ['admin'],
  params: z.object({ count: z.coerce.number().int(), failingRow: z.coerce.number().int(), ...lot }),
  formats: ['csv'],
  columns: [
    { name: 'id', type: 'integer', description: 'Counts from 1.' },
    { name: 'quotient', type: 'integer', description: 'Cannot be computed for one row.' },
    { name: 'filler', type: 'text', description: 'So that rows are sent before the last is made.' },
  ],
  query: ({ count, failingRow }) => ({
    text: `select n as id, 1 / (n - $2::int) as quotient, repeat('x', 200) as filler
             from (select generate_series(1, $1::int) as n) as numbers`,
    values: [count, failingRow],
  }),
});
