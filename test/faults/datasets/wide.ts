import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../../support/lot.ts';

/** Few rows, each with a field of many bytes. */
export const dataset = defineDataset({
  name: 'wide',
  title: 'Wide rows',
  description: 'Rows with one large field',
  roles: ['admin'],
  params: z.object({ count: z.coerce.number().int(), fieldBytes: z.coerce.number().int(), ...lot }),
  formats: ['csv'],
  columns: [
    { name: 'id', type: 'integer', description: 'Counts from 1.' },
    { name: 'filler', type: 'text', description: 'The letter x, so many times.' },
  ],
  query: ({ count, fieldBytes }) => ({
    text: `select n as id, repeat('x', $2::int) as filler from (select generate_series(1, $1::int) as n) as numbers`,
    values: [count, fieldBytes],
  }),
});
