import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';

/** Takes ten seconds, whatever the machine: long enough for something to happen in the middle. */
export const dataset = defineDataset({
  name: 'long-list',
  title: 'Long list',
  description: 'A list that takes its time.',
  roles: ['user', 'admin'],
  params: z.object({ userId: z.coerce.string().describe('Whose list.') }),
  subjectParam: 'userId',
  formats: ['csv'],
  columns: [
    { name: 'number', type: 'integer', description: 'The number of the row.' },
    { name: 'filler', type: 'text', description: 'The same in each row.' },
  ],
  query: () => ({
    text: `
      select n as number, repeat('and so on ', 10) as filler
        from generate_series(1, 20000) as n
       where n % 200 <> 0 or pg_sleep(0.1)::text is not null`,
    values: [],
  }),
});
