import { z } from 'zod';
import { auditActs } from '../../db/audit-log.ts';
import { roleNames } from '../../auth/identity.ts';
import { notificationStates } from '../../db/notification-records.ts';
import { adminExport, auditEntry, backlog, failureGroup, throughput } from './admin-schemas.ts';
import { completedExample } from './examples.ts';
import { adminNotification, notificationId, redelivered } from './notifications.ts';
import { defineOperation } from './operation.ts';
import { exportList, pageHeaders } from './schemas.ts';

/** PostgreSQL’s text holds no NUL. */
const text = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'must not contain NUL');
const between = {
  from: z.iso.datetime({ offset: true }).optional().describe('At or after this time.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Before this time.'),
};
const cursor = z.string().nullable().describe('`cursor` of the next page; null on the last.');

/** For the admins of a tenant: what concerns all of it. What they do to one export is at the export’s own address. */
export const adminOperations = {
  listAllExports: defineOperation({
    method: 'get',
    path: '/v1/admin/exports',
    tag: 'admin',
    summary: 'Find exports of the tenant, newest first',
    auth: 'admin',
    query: exportList.extend({
      subject: text.optional().describe('Only those of this subject.'),
      role: z.enum(roleNames).optional().describe('Only those that were asked for in this role.'),
      error: z
        .string()
        .regex(/^[a-z_]{1,63}$/, 'is no reason of a failure')
        .optional()
        .describe('Only those that failed for this reason.'),
      ...between,
    }),
    responses: {
      200: {
        description: 'One page.',
        headers: pageHeaders,
        body: z
          .strictObject({ exports: z.array(adminExport), nextCursor: cursor })
          .meta({ id: 'AdminExportPage' }),
        example: { exports: [{ ...completedExample, role: 'user' }], nextCursor: null },
      },
    },
    problems: [],
  }),

  listFailures: defineOperation({
    method: 'get',
    path: '/v1/admin/exports/failures',
    tag: 'admin',
    summary: 'See why exports of the tenant failed',
    auth: 'admin',
    query: z.strictObject({ dataset: exportList.shape.dataset, ...between }),
    responses: {
      200: {
        description: 'The commonest reason first.',
        body: z.strictObject({ failures: z.array(failureGroup) }),
        example: {
          failures: [
            {
              code: 'source_timeout',
              count: 12,
              subjects: 7,
              datasets: ['diary'],
              firstAt: '2026-11-24T10:00:00.000Z',
              latest: {
                id: completedExample.id,
                at: '2026-11-24T11:00:00.000Z',
                message: 'The source database ended the query.',
              },
            },
          ],
        },
      },
    },
    problems: [],
  }),

  listAuditEntries: defineOperation({
    method: 'get',
    path: '/v1/admin/audit',
    tag: 'admin',
    summary: 'See who did what, newest first',
    description: 'The dataset `audit-log` exports the same as a file.',
    auth: 'admin',
    query: z.strictObject({
      actor: text.optional().describe('Only what this subject did.'),
      act: z.enum(auditActs).optional().describe('Only acts of this kind.'),
      object: text.optional().describe('Only what was done to the one with this id.'),
      ...between,
      limit: z.coerce.number().int().min(1).max(100).default(20).describe('Lines a page.'),
      cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
    }),
    responses: {
      200: {
        description: 'One page.',
        headers: pageHeaders,
        body: z.strictObject({ entries: z.array(auditEntry), nextCursor: cursor }).meta({ id: 'AuditPage' }),
        example: {
          entries: [
            {
              id: '4711',
              at: '2026-11-24T11:25:24.015Z',
              actor: {
                kind: 'key',
                subject: 'back-end',
                role: 'user',
                keyId: '6f2c1de0-6a55-4f44-9d5a-0a4f4a1f3c11',
                actedAs: '42',
              },
              act: 'export.downloaded',
              object: { kind: 'export', id: completedExample.id },
              details: { dataset: 'diary', format: 'csv' },
              ip: '203.0.113.7',
              userAgent: 'curl/8.5.0',
              requestId: '0b6c9b0e-7a2a-4d0b-9a55-6b0f7f2f1c11',
            },
          ],
          nextCursor: null,
        },
      },
    },
    problems: [],
  }),

  getQueue: defineOperation({
    method: 'get',
    path: '/v1/admin/queue',
    tag: 'admin',
    summary: 'See what waits and what runs',
    auth: 'admin',
    responses: {
      200: {
        description: 'As the records say, which are the truth also when the queue is away.',
        body: backlog,
        example: {
          lanes: [
            {
              lane: 'normal',
              queued: 3,
              running: 2,
              delayed: 1,
              oldestQueuedSeconds: 12.4,
              oldestRunningSeconds: 30.2,
            },
            {
              lane: 'fast',
              queued: 0,
              running: 0,
              delayed: 0,
              oldestQueuedSeconds: null,
              oldestRunningSeconds: null,
            },
          ],
          notifications: { due: 0, waiting: 1, oldestDueSeconds: null },
        },
      },
    },
    problems: [],
  }),

  getThroughput: defineOperation({
    method: 'get',
    path: '/v1/admin/throughput',
    tag: 'admin',
    summary: 'See what was done in the last 24 hours',
    auth: 'admin',
    responses: {
      200: {
        description: 'Every hour, oldest first; the last one is under way.',
        body: z.strictObject({ hours: z.array(throughput) }),
        example: {
          hours: [{ hour: '2026-11-24T10:00:00.000Z', requested: 12, rows: 2_400_000, bytes: 195_566_376 }],
        },
      },
    },
    problems: [],
  }),

  listAllNotifications: defineOperation({
    method: 'get',
    path: '/v1/admin/notifications',
    tag: 'admin',
    summary: 'Find messages about exports and bulk exports of the tenant, newest first',
    auth: 'admin',
    query: z.strictObject({
      state: z.enum(notificationStates).optional().describe('Only those in this state.'),
      channel: z.enum(['email', 'webhook']).optional().describe('Only those that go this way.'),
      limit: z.coerce.number().int().min(1).max(100).default(20).describe('Messages a page.'),
      cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
    }),
    responses: {
      200: {
        description: 'One page.',
        headers: pageHeaders,
        body: z
          .strictObject({ notifications: z.array(adminNotification), nextCursor: cursor })
          .meta({ id: 'AdminNotificationPage' }),
        example: {
          notifications: [
            {
              id: '3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11',
              exportId: completedExample.id,
              bulkExportId: null,
              dataset: 'diary',
              kind: 'completed',
              channel: 'email',
              target: 'ada@example.org',
              webhookId: null,
              state: 'delivered',
              attempt: 1,
              lastStatus: null,
              lastError: null,
              createdAt: '2026-11-24T10:00:00.000Z',
              nextAt: null,
              endedAt: '2026-11-24T10:00:01.000Z',
            },
          ],
          nextCursor: null,
        },
      },
    },
    problems: [],
  }),

  redeliverAnyNotification: defineOperation({
    method: 'post',
    path: '/v1/admin/notifications/{notificationId}/redeliver',
    tag: 'admin',
    summary: 'Send any message of the tenant once more',
    auth: 'admin',
    params: z.strictObject({ notificationId }),
    audit: 'notification.redelivered',
    responses: redelivered,
    problems: ['webhook_disabled'],
  }),
};
