import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { lot } from '../../support/lot.ts';

/** Everything that has ever broken a CSV file, from the table public.oddities. */
export const dataset = defineDataset({
  name: 'oddities',
  title: 'Oddities',
  description: 'Rows of the table public.oddities',
  roles: ['admin'],
  params: z.object({
    /** All of the table, one row that equals the header, or none. */
    rows: z.enum(['all', 'header', 'none']),
    ...lot,
  }),
  formats: ['csv'],
  columns: [
    { name: 'id', type: 'text', description: 'Counts from 1.' },
    { name: 'note', type: 'text', description: 'Any text.' },
    { name: 'tags', type: 'text', description: 'An array.' },
    { name: 'doc', type: 'text', description: 'JSON.' },
    { name: 'at', type: 'timestamp', description: 'With a time zone.' },
    { name: 'ratio', type: 'number', description: 'Not always a number.' },
    { name: 'big', type: 'integer', description: 'Larger than JavaScript counts.' },
  ],
  query: ({ rows }) =>
    rows === 'header'
      ? {
          text: `select 'id' as id, 'note' as note, 'tags' as tags, 'doc' as doc, 'at' as at, 'ratio' as ratio,
                        'big' as big`,
          values: [],
        }
      : {
          text: `select id, note, tags, doc, at, ratio, big from public.oddities where $1 = 'all' order by id`,
          values: [rows],
        },
});
