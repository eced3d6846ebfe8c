import { z } from 'zod';
import { defineOperation } from './operation.ts';

const limit = z
  .strictObject({
    name: z.string().describe('As in `RateLimit-Policy`.'),
    text: z.string().describe('For people.'),
    quota: z.number().min(0),
    remaining: z.number().min(0),
    unit: z.enum(['concurrent-requests', 'requests', 'rows', 'content-bytes']),
    windowSeconds: z.int().nullable().describe('Null where it is no matter of time.'),
    resetSeconds: z.int().min(0).describe('When to come back if nothing remains.'),
  })
  .meta({ id: 'Limit', description: 'How one limit stands.' });

export const limitOperations = {
  getLimits: defineOperation({
    method: 'get',
    path: '/v1/limits',
    tag: 'exports',
    summary: 'See how your limits stand',
    description:
      'Those of exports, the subject’s before the tenant’s. Writing requests are counted by each process for itself.',
    auth: 'key',
    responses: {
      200: {
        description: 'All of them.',
        body: z.strictObject({ limits: z.array(limit) }),
        example: {
          limits: [
            {
              name: 'subject-hour',
              text: 'A subject may have 200 exports an hour.',
              quota: 200,
              remaining: 199,
              unit: 'requests',
              windowSeconds: 3600,
              resetSeconds: 1534,
            },
          ],
        },
      },
    },
    problems: [],
  }),
};
