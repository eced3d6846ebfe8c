import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';

/** The query asks for every row: who gets which is PostgreSQL's to say. */
export const dataset = defineDataset({
  name: 'notes',
  title: 'Notes',
  description: 'What a person has written down.',
  roles: ['user', 'admin'],
  params: z.object({ author: z.coerce.string().describe('Whose notes.') }),
  subjectParam: 'author',
  formats: ['csv', 'json'],
  columns: [
    { name: 'id', type: 'integer', description: 'Number.' },
    { name: 'author', type: 'text', description: 'Who wrote it.' },
    { name: 'body', type: 'text', description: 'The note.' },
  ],
  source: 'guarded',
  session: ({ tenant, subject, role }) => ({
    settings: { 'app.tenant': tenant, 'app.user_id': subject, 'app.role': role },
  }),
  query: () => ({ text: 'select id, author, body from public.notes order by id', values: [] }),
});
