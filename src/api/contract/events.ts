import { z } from 'zod';
import { queuedExample } from './examples.ts';
import { defineOperation } from './operation.ts';
import { exportId, exportResource } from './schemas.ts';

export const eventOperations = {
  watchExport: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/events',
    tag: 'exports',
    summary: 'Watch an export',
    description:
      'Server-sent events: one at once, one whenever the export has changed, and then the stream ends when the export has. ' +
      'Between them come comments, so that nothing on the way takes the stream for dead. Where it breaks off, ask again ' +
      'with the id of the last event. A stream also ends when its key is revoked or its token expires.',
    auth: 'key',
    params: z.strictObject({ id: exportId }),
    headers: z.object({
      'Last-Event-ID': z
        .string()
        .optional()
        .describe('The id of the last event that the client has had: that state is not sent again.'),
    }),
    responses: {
      200: {
        description: 'The events, each named `export`; their data is the export as it is now.',
        headers: z.object({
          'Cache-Control': z.literal('no-store').describe('It is about now.'),
          'X-Accel-Buffering': z.literal('no').describe('Asks proxies to pass each event on at once.'),
        }),
        events: exportResource,
        example: `retry: 1000\n\nevent: export\nid: 1763811321034000-f3a09Zk1_xQe\ndata: ${JSON.stringify(queuedExample)}\n\n: beat\n\n`,
      },
    },
    problems: ['too_many_streams', 'streams_full'],
  }),
};
