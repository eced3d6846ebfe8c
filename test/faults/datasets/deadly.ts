import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../../support/lot.ts';

/** Rows one of which kills the process that writes it, as a bug in a native library would. */
export const dataset = defineDataset({
  name: 'deadly',
  title: 'Deadly rows',
  description: 'Rows one of which kills its worker',
  roles: ['admin'],
  params: z.object({ count: z.coerce.number().int(), fatalRow: z.coerce.number().int(), ...lot }),
  formats: ['csv'],
  columns: [
    { name: 'id', type: 'integer', description: 'Counts from 1.' },
    { name: 'effect', type: 'text', description: 'What the row does.' },
  ],
  query: ({ count, fatalRow }) => ({
    text: `select n as id, case when n = $2::int then 'fatal' else 'none' end as effect
             from generate_series(1, $1::int) as n`,
    values: [count, fatalRow],
  }),
  transform(row) {
    if (row[1] === 'fatal') process.kill(process.pid, 'SIGKILL');
    return row;
  },
});
