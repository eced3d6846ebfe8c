import { z } from 'zod';
import { defineDataset } from '../src/export/dataset.ts';

/** What is known of a person besides their diary. */
export const dataset = defineDataset({
  name: 'profile',
  title: 'Profile',
  description: 'What is known of a person besides their diary, in one row.',
  roles: ['user', 'admin'],
  params: z.object({
    userId: z.coerce
      .string()
      .regex(/^\d{1,18}$/, 'must be the number of a user')
      .describe('Whose.'),
  }),
  subjectParam: 'userId',
  formats: ['csv', 'json'],
  columns: [
    { name: 'id', label: 'Number', type: 'integer', description: 'Number of the user.' },
    { name: 'name', label: 'Name', type: 'text', description: 'Name as shown to others.' },
    { name: 'joined_at', label: 'Joined at', type: 'timestamp', description: 'When they joined, in UTC.' },
    { name: 'entries', label: 'Entries', type: 'integer', description: 'Entries in their diary.' },
  ],
  query: ({ userId }) => ({
    text: `
      select u.id,
             u.name,
             u.created_at as joined_at,
             (select count(*) from reviews r where r.user_id = u.id) as entries
        from users u
       where u.id = $1`,
    values: [userId],
  }),
});
