import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';
import { selectOf } from '../database/bench-table.ts';
import { diaryTable } from '../database/tables.ts';

/** A table of the bench as a dataset, so that a real worker can export it. */
export const dataset = defineDataset({
  name: 'diary-table',
  title: 'Diary table',
  description: 'The diary table of the bench',
  roles: ['admin'],
  params: z.object({ rows: z.coerce.number().int().min(1) }),
  formats: ['csv'],
  columns: [
    { name: 'title', type: 'text', description: 'Title' },
    { name: 'year', type: 'integer', description: 'Year' },
    { name: 'director', type: 'text', description: 'Director' },
    { name: 'rating', type: 'number', description: 'Rating' },
    { name: 'comment', type: 'text', description: 'Comment' },
    { name: 'watched_at', type: 'date', description: 'Day of watching' },
    { name: 'external_metadata_id', type: 'text', description: 'Id of the film' },
  ],
  query: ({ rows }) => ({ text: selectOf(diaryTable(rows)), values: [] }),
});
