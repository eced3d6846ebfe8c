import { z } from 'zod';
import { defineDataset } from '../../../src/export/dataset.ts';

/** Columns that not everybody gets, in an order that is made by one that users do not see as it is. */
export const dataset = defineDataset({
  name: 'people',
  title: 'People',
  description: 'The people of a team.',
  roles: ['user', 'admin'],
  params: z.object({
    leader: z.coerce.string().describe('Who leads the team.'),
    name: z.string().optional().describe('Only those of this name.'),
  }),
  subjectParam: 'leader',
  formats: ['csv', 'json'],
  columns: [
    { name: 'id', type: 'integer', description: 'Number.' },
    { name: 'name', type: 'text', description: 'Name.' },
    {
      name: 'email',
      type: 'text',
      description: 'Address.',
      needs: 'admin',
      mask: `left(email, 1) || ', "…"'`,
    },
    { name: 'salary', type: 'number', description: 'Salary.', needs: 'admin' },
    { name: 'Born "on"', type: 'date', description: 'Birthday.', needs: 'admin', mask: 'null' },
    {
      name: 'remark',
      type: 'text',
      description: 'What their leader thinks.',
      needs: 'user',
      mask: `'-' -- no`,
    },
  ],
  query: ({ leader, name }) => ({
    text: `
      select id, name, email, salary, born as "Born ""on""", remark
        from public.people
       where leader = $1 and ($2::text is null or name = $2)
       order by email desc, id; `,
    values: [leader, name ?? null],
  }),
});
