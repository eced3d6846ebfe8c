import { z } from 'zod';
import { integer } from './kinds.ts';

export const console = {
  heading: 'Console',
  text: 'See [console.md](console.md).',
  settings: {
    CONSOLE_SESSION_HOURS: integer(1, 30 * 24)
      .default(12)
      .describe(
        'How long a browser stays signed in to the console; with a token at most as long as that is good.',
      ),
    CONSOLE_SESSIONS_PER_SUBJECT: integer(1, 1000)
      .default(20)
      .describe('Browsers that one subject may be signed in with; another one signs the oldest out.'),
    CONSOLE_QUEUE_PAGE: z
      .enum(['off', 'read-only', 'full'])
      .default('read-only')
      .describe(
        'The page of the queue at `/queue`, for admins of the tenant `default`: it shows the ids of all tenants. `full` lets them change jobs, too.',
      ),
  },
};
