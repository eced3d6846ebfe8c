import { z } from 'zod';
import {
  cancelledExample,
  completedExample,
  expiredExample,
  newExportExample,
  queuedExample,
} from './examples.ts';
import { idempotencyHeaders, pollHeaders, rateLimitHeaders } from './headers.ts';
import { defineOperation } from './operation.ts';
import {
  askedExport,
  downloadLink,
  exportId,
  exportList,
  exportPage,
  exportResource,
  fileQuery,
  newExport,
  pageHeaders,
} from './schemas.ts';

const params = z.strictObject({ id: exportId });
const place = { Location: z.string().describe('Address of the export.') };
const poll = { 'Retry-After': pollHeaders['Retry-After'].optional() };

export const exportOperations = {
  requestExport: defineOperation({
    method: 'post',
    path: '/v1/exports',
    tag: 'exports',
    summary: 'Ask for an export',
    description:
      'The answer is a promise: the export is recorded, and it will end, also when the queue or a worker is down just now.',
    auth: 'key',
    headers: idempotencyHeaders,
    body: newExport,
    bodyExample: newExportExample,
    audit: 'export.requested',
    responses: {
      202: {
        description: 'Accepted.',
        headers: z.object({ ...place, ...pollHeaders, ...rateLimitHeaders }),
        body: askedExport,
        example: queuedExample,
      },
      200: {
        description: 'There is one already: the same is queued or running, or was asked for with this key.',
        headers: z.object({
          ...place,
          ...poll,
          'Idempotency-Replayed': z.literal('true').optional().describe('It was asked for with this key.'),
        }),
        body: askedExport,
        example: queuedExample,
      },
    },
    problems: [
      'idempotency_key_in_flight',
      'idempotency_key_reused',
      'export_deleted',
      'too_many_at_once',
      'too_many_targets',
    ],
  }),

  listExports: defineOperation({
    method: 'get',
    path: '/v1/exports',
    tag: 'exports',
    summary: 'List exports, newest first',
    description: 'A user sees the exports they asked for, an admin every export of their tenant.',
    auth: 'key',
    query: exportList.extend({
      mine: z
        .enum(['true', 'false'])
        .optional()
        .describe('`true`: only those that oneself has asked for; of an admin too.'),
    }),
    responses: {
      200: {
        description: 'One page.',
        headers: pageHeaders,
        body: exportPage,
        example: { exports: [completedExample], nextCursor: null },
      },
    },
    problems: [],
  }),

  getExport: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}',
    tag: 'exports',
    summary: 'Look at an export',
    auth: 'key',
    params,
    responses: {
      200: {
        description: 'The export as it is now.',
        headers: z.object(poll),
        body: exportResource,
        example: completedExample,
      },
    },
    problems: [],
  }),

  deleteExport: defineOperation({
    method: 'delete',
    path: '/v1/exports/{id}',
    tag: 'exports',
    summary: 'Delete an export and its files',
    description:
      'In whatever state it is. It is gone for every client at once, and stopped if it was running.',
    auth: 'key',
    params,
    audit: 'export.deleted',
    responses: { 204: { description: 'It is gone.' } },
    problems: [],
  }),

  cancelExport: defineOperation({
    method: 'post',
    path: '/v1/exports/{id}/cancel',
    tag: 'exports',
    summary: 'Cancel an export',
    description: 'A worker that runs it stops within about a second. Cancelling twice does no harm.',
    auth: 'key',
    params,
    audit: 'export.cancelled',
    responses: {
      200: { description: 'It is cancelled.', body: exportResource, example: cancelledExample },
    },
    problems: ['already_ended'],
  }),

  retryExport: defineOperation({
    method: 'post',
    path: '/v1/exports/{id}/retry',
    tag: 'exports',
    summary: 'Have a failed export run once more',
    description:
      'As it was asked for, with all its attempts anew. It counts against the limits of who asked for it.',
    auth: 'key',
    params,
    audit: 'export.retried',
    responses: {
      202: {
        description: 'It is queued.',
        headers: z.object({ ...pollHeaders, ...rateLimitHeaders }),
        body: exportResource,
        example: queuedExample,
      },
    },
    problems: ['not_failed', 'too_many_at_once'],
  }),

  expireExport: defineOperation({
    method: 'post',
    path: '/v1/exports/{id}/expire',
    tag: 'exports',
    summary: 'Remove the files of an export before their time',
    description: 'The export stays, as `expired`. Expiring twice does no harm.',
    auth: 'key',
    params,
    audit: 'export.expired',
    responses: {
      200: { description: 'They are gone.', body: exportResource, example: expiredExample },
    },
    problems: ['not_ready'],
  }),

  downloadExport: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/download',
    tag: 'exports',
    summary: 'Download a file of an export',
    description:
      'Rights are checked on every request. Then a link to the storage is signed, which needs no key and is good for ' +
      'five minutes at most. Give people this address, never the signed link.',
    auth: 'key',
    params,
    query: fileQuery,
    audit: 'export.downloaded',
    responses: {
      302: {
        description: 'The file is at the signed link.',
        headers: z.object({
          Location: z.url().describe('The signed link.'),
          'Cache-Control': z
            .literal('no-store')
            .describe('A link that is kept would be dead or in the wrong hands.'),
          'Referrer-Policy': z.literal('no-referrer').describe('The link must not travel on.'),
        }),
      },
    },
    problems: ['not_ready', 'expired'],
  }),

  linkExport: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/link',
    tag: 'exports',
    summary: 'Have a link to the file signed',
    description:
      'The link of a download, as JSON: for pages, which cannot read where a redirect goes. Rights are checked on every ' +
      'request.',
    auth: 'key',
    audit: 'export.downloaded',
    params,
    query: fileQuery,
    responses: {
      200: {
        description: 'The file is at the signed link, which needs no key.',
        headers: z.object({
          'Cache-Control': z
            .literal('no-store')
            .describe('A link that is kept would be dead or in the wrong hands.'),
        }),
        body: downloadLink,
        example: {
          url: 'https://storage.example.org/rowferry/exports/48c6a37f/diary-2026-11-22.csv?X-Amz-Signature=9f2c',
          expiresInSeconds: 300,
        },
      },
    },
    problems: ['not_ready', 'expired'],
  }),
};
