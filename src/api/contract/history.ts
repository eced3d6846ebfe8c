import { z } from 'zod';
import { eventKinds } from '../../db/export-event.ts';
import { defineOperation } from './operation.ts';
import { exportId } from './schemas.ts';

const event = z
  .strictObject({
    at: z.iso.datetime(),
    kind: z.enum(eventKinds).describe('For programs.'),
    attempt: z.int().min(0).describe('Which attempt it happened to; 0 before the first.'),
    text: z.string().describe('What happened and what was done, for people.'),
  })
  .meta({ id: 'ExportEvent', description: 'One thing that happened to an export.' });

const download = z
  .strictObject({
    at: z.iso.datetime(),
    subject: z.string().nullable().describe('Who.'),
    role: z.string().nullable().describe('In which role.'),
    actedAs: z.string().nullable().describe('The user in whose name a back end did.'),
  })
  .meta({ id: 'Download', description: 'One link to the file that was given out.' });

export const historyOperations = {
  getHistory: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/history',
    tag: 'exports',
    summary: 'See what happened to an export',
    auth: 'key',
    params: z.strictObject({ id: exportId }),
    responses: {
      200: {
        description: 'Oldest first.',
        body: z.strictObject({ events: z.array(event) }),
        example: {
          events: [
            {
              at: '2026-11-24T10:00:00.000Z',
              kind: 'requested',
              attempt: 0,
              text: 'The export was requested.',
            },
            { at: '2026-11-24T10:00:00.120Z', kind: 'started', attempt: 1, text: 'Attempt 1 started.' },
          ],
        },
      },
    },
    problems: [],
  }),

  listDownloads: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/downloads',
    tag: 'exports',
    summary: 'See who downloaded the file of an export',
    auth: 'key',
    params: z.strictObject({ id: exportId }),
    responses: {
      200: {
        description: 'The last hundred, newest first.',
        body: z.strictObject({ downloads: z.array(download) }),
        example: {
          downloads: [{ at: '2026-11-24T10:05:00.000Z', subject: '42', role: 'user', actedAs: null }],
        },
      },
    },
    problems: [],
  }),
};
