import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../../support/lot.ts';

/** How long the thread is kept, once, by a worker that is told so; others export the rows and nothing else. */
const stallMs = Number(process.env['FAULT_STALL_MS'] ?? 0);
const STALL_AT = '20000';
let stalled = false;

/** The rows of the dataset `rows`, by JavaScript that can stall. */
export const dataset = defineDataset({
  name: 'stalling',
  title: 'Stalling rows',
  description: 'Rows whose transform keeps the thread',
  roles: ['admin'],
  params: z.object({ count: z.coerce.number().int().min(0), ...lot }),
  formats: ['csv'],
  columns: [
    { name: 'id', type: 'integer', description: 'Counts from 1.' },
    { name: 'label', type: 'text', description: 'About a hundred characters that need quotes.' },
  ],
  query: ({ count }) => ({
    text: `select n as id, 'row ' || n || ', "' || repeat('x', 90) || '"' as label
             from generate_series(1, $1::int) as n`,
    values: [count],
  }),
  transform(row) {
    if (stallMs > 0 && !stalled && row[0] === STALL_AT) {
      stalled = true;
      // As a busy loop does it, without taking a processor from the others.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs);
    }
    return row;
  },
});
