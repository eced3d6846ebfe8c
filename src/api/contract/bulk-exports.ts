import { z } from 'zod';
import {
  askedBulkExport,
  bulkExport,
  bulkExportDetail,
  bulkExportPage,
  bulkId,
  bulkList,
  bulkSubjectList,
  bulkSubjectPage,
  manifestQuery,
  newBulkExport,
} from './bulk-schemas.ts';
import type { BulkExportResource } from './bulk-schemas.ts';
import { idempotencyHeaders, pollHeaders } from './headers.ts';
import { defineOperation } from './operation.ts';
import { downloadLink } from './schemas.ts';

const params = z.strictObject({ id: bulkId });
const poll = { 'Retry-After': pollHeaders['Retry-After'].optional() };
const nextPage = z.object({
  Link: z.string().optional().describe('The next page, as `rel="next"` (RFC 8288), where there is one.'),
});
const id = '9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11';
const exportId = '48c6a37f-8c7e-461f-9cd4-edbf09688108';
const none = { waiting: 0, queued: 0, running: 0, failed: 0, cancelled: 0, expired: 0, deleted: 0 };

const preparingExample: BulkExportResource = {
  id,
  dataset: 'diary',
  format: 'csv',
  params: {},
  options: { compression: 'none' },
  subjects: 'all',
  requestedBy: 'operations',
  status: 'preparing',
  round: 1,
  counts: { ...none, total: 0, completed: 0 },
  progress: { rows: 0, bytes: 0, percent: null, etaSeconds: null },
  manifest: null,
  error: null,
  createdAt: '2026-11-24T11:35:21.034Z',
  startedAt: null,
  finishedAt: null,
  expiresAt: null,
  links: { self: `/v1/bulk-exports/${id}`, exports: `/v1/bulk-exports/${id}/exports` },
};

const completedExample: BulkExportResource = {
  ...preparingExample,
  status: 'completed',
  counts: { ...none, total: 201, completed: 201 },
  progress: { rows: 205_000, bytes: 16_712_400, percent: 100, etaSeconds: 0 },
  manifest: {
    csv: { name: 'diary-2026-11-24-manifest.csv', bytes: 38_112, sha256: 'a3'.repeat(32) },
    json: { name: 'diary-2026-11-24-manifest.json', bytes: 51_904, sha256: '5c'.repeat(32) },
  },
  startedAt: '2026-11-24T11:35:21.103Z',
  finishedAt: '2026-11-24T11:35:29.015Z',
  expiresAt: '2026-12-01T11:35:29.015Z',
  links: { ...preparingExample.links, manifest: `/v1/bulk-exports/${id}/manifest` },
};

export const bulkOperations = {
  requestBulkExport: defineOperation({
    method: 'post',
    path: '/v1/bulk-exports',
    tag: 'bulk-exports',
    summary: 'Ask for an export for each of many subjects',
    description: 'Each is made as if its subject had asked for it, and is theirs too.',
    auth: 'admin',
    headers: idempotencyHeaders,
    audit: 'bulk.requested',
    body: newBulkExport,
    largeBody: true,
    bodyExample: { dataset: 'diary', subjects: 'all', notify: { email: ['ada@example.org'] } },
    responses: {
      202: {
        description: 'Accepted.',
        headers: z.object({
          Location: z.string().describe('Address of the bulk export.'),
          ...pollHeaders,
          'Idempotency-Replayed': z.literal('true').optional().describe('It was asked for with this key.'),
        }),
        body: askedBulkExport,
        example: preparingExample,
      },
    },
    problems: [
      'idempotency_key_in_flight',
      'idempotency_key_reused',
      'export_deleted',
      'too_many_bulk_exports',
      'too_many_at_once',
    ],
  }),

  listBulkExports: defineOperation({
    method: 'get',
    path: '/v1/bulk-exports',
    tag: 'bulk-exports',
    summary: 'List bulk exports of the tenant, newest first',
    auth: 'admin',
    query: bulkList,
    responses: {
      200: {
        description: 'One page.',
        headers: nextPage,
        body: bulkExportPage,
        example: { bulkExports: [completedExample], nextCursor: null },
      },
    },
    problems: [],
  }),

  getBulkExport: defineOperation({
    method: 'get',
    path: '/v1/bulk-exports/{id}',
    tag: 'bulk-exports',
    summary: 'Look at a bulk export',
    auth: 'admin',
    params,
    responses: {
      200: {
        description: 'The bulk export as it is now.',
        headers: z.object(poll),
        body: bulkExportDetail,
        example: { ...completedExample, failures: [] },
      },
    },
    problems: [],
  }),

  listBulkSubjects: defineOperation({
    method: 'get',
    path: '/v1/bulk-exports/{id}/exports',
    tag: 'bulk-exports',
    summary: 'List its subjects, and what has become of each',
    auth: 'admin',
    params,
    query: bulkSubjectList,
    responses: {
      200: {
        description: 'One page, in the order of the subjects’ names.',
        headers: nextPage,
        body: bulkSubjectPage,
        example: {
          exports: [
            {
              subject: '1',
              status: 'completed',
              rows: 200_000,
              bytes: 16_297_198,
              sha256: '60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3',
              error: null,
              exportId,
              links: { export: `/v1/exports/${exportId}`, download: `/v1/exports/${exportId}/download` },
            },
          ],
          nextCursor: null,
        },
      },
    },
    problems: [],
  }),

  cancelBulkExport: defineOperation({
    method: 'post',
    path: '/v1/bulk-exports/{id}/cancel',
    tag: 'bulk-exports',
    summary: 'Cancel a bulk export',
    description: 'What is completed stays; a worker cancels the rest and writes the manifest.',
    auth: 'admin',
    audit: 'bulk.cancelled',
    params,
    responses: {
      200: {
        description: 'It is being cancelled, or is cancelled already.',
        body: bulkExport,
        example: { ...preparingExample, status: 'cancelling' },
      },
    },
    problems: ['already_ended'],
  }),

  retryBulkExport: defineOperation({
    method: 'post',
    path: '/v1/bulk-exports/{id}/retry',
    tag: 'bulk-exports',
    summary: 'Export again what failed',
    description: 'A new export is made for each subject whose export failed, and for no other.',
    auth: 'admin',
    audit: 'bulk.retried',
    params,
    responses: {
      202: {
        description: 'It goes on.',
        headers: z.object(pollHeaders),
        body: bulkExport,
        example: { ...preparingExample, status: 'running', round: 2 },
      },
    },
    problems: ['nothing_to_retry', 'too_many_bulk_exports', 'too_many_at_once'],
  }),

  downloadManifest: defineOperation({
    method: 'get',
    path: '/v1/bulk-exports/{id}/manifest',
    tag: 'bulk-exports',
    summary: 'Download the manifest',
    description:
      'One line a subject: subject, status, rows, bytes, sha256, link, error. The links ask for rights on every click.',
    auth: 'admin',
    audit: 'bulk.manifest_downloaded',
    params,
    query: manifestQuery,
    responses: {
      302: {
        description: 'The file is at the signed link.',
        headers: z.object({
          Location: z.url().describe('The signed link.'),
          'Cache-Control': z.literal('no-store').describe('A link that is kept would be dead.'),
          'Referrer-Policy': z.literal('no-referrer').describe('The link must not travel on.'),
        }),
      },
    },
    problems: ['not_ready', 'expired'],
  }),

  linkManifest: defineOperation({
    method: 'get',
    path: '/v1/bulk-exports/{id}/manifest/link',
    tag: 'bulk-exports',
    summary: 'Have a link to the manifest signed',
    description: 'The link of a download, as JSON: for pages, which cannot read where a redirect goes.',
    auth: 'admin',
    audit: 'bulk.manifest_downloaded',
    params,
    query: manifestQuery,
    responses: {
      200: {
        description: 'The file is at the signed link, which needs no key.',
        headers: z.object({
          'Cache-Control': z.literal('no-store').describe('A link that is kept would be dead.'),
        }),
        body: downloadLink,
        example: {
          url: 'https://storage.example.org/rowferry/bulk/9a1f6f0e/diary-2026-11-24-manifest.csv?X-Amz-Signature=9f2c',
          expiresInSeconds: 300,
        },
      },
    },
    problems: ['not_ready', 'expired'],
  }),

  deleteBulkExport: defineOperation({
    method: 'delete',
    path: '/v1/bulk-exports/{id}',
    tag: 'bulk-exports',
    summary: 'Delete a bulk export, all its exports and their files',
    auth: 'admin',
    audit: 'bulk.deleted',
    params,
    responses: { 204: { description: 'It is gone; a worker removes its exports.' } },
    problems: [],
  }),
};
