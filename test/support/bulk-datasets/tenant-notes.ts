import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';

/** Notes of which every tenant has its own. */
export const dataset = defineDataset({
  name: 'tenant-notes',
  title: 'Notes of a tenant',
  description: 'One note of each person, for tests',
  roles: ['user', 'admin'],
  params: z.object({ person: z.string(), tenant: z.string() }),
  subjectParam: 'person',
  tenantParam: 'tenant',
  subjects: {
    all: ({ tenant }) => ({ text: `select $1::text || '-1' as subject`, values: [tenant] }),
  },
  formats: ['csv'],
  columns: [
    { name: 'person', type: 'text', description: 'Whose note.' },
    { name: 'tenant', type: 'text', description: 'Where.' },
  ],
  query: ({ person, tenant }) => ({
    text: 'select $1::text as person, $2::text as tenant',
    values: [person, tenant],
  }),
});
