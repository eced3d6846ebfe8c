import { z } from 'zod';
import { notificationKinds, notificationStates } from '../../db/notification-records.ts';
import { notifyRequest } from '../notify-request.ts';
import { bulkId } from './bulk-schemas.ts';
import { defineOperation } from './operation.ts';
import { exportId, notifyAnswer } from './schemas.ts';

const time = z.iso.datetime();

export const notificationId = z.uuid().meta({
  description: 'Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives.',
  example: '3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11',
});

/** What is told of a message. */
const members = {
  id: notificationId,
  kind: z.enum(notificationKinds),
  channel: z.enum(['email', 'webhook']),
  target: z.string().nullable().describe('Address or URL; null for a webhook of the tenant.'),
  webhookId: z.uuid().nullable().describe('Where it is a webhook of the tenant.'),
  state: z.enum(notificationStates),
  attempt: z.int().min(0).describe('How often it was tried.'),
  lastStatus: z.int().nullable().describe('Of the last answer.'),
  lastError: z.string().nullable().describe('What went wrong the last time.'),
  createdAt: time,
  nextAt: time.nullable().describe('When it is tried again.'),
  endedAt: time.nullable(),
};
const notification = z
  .strictObject(members)
  .meta({ id: 'Notification', description: 'One message about an export.' });
/** The same in a list of all of a tenant. */
export const adminNotification = z
  .strictObject({
    ...members,
    exportId: exportId.nullable().describe('The export that it is about.'),
    bulkExportId: bulkId.nullable().describe('The bulk export that it is about.'),
    dataset: z.string().describe('Of either.'),
  })
  .meta({ id: 'AdminNotification' });

/** `queued`: it will be sent once more. */
export const redelivered = { 202: { description: 'It will be sent once more.' } };

export const notificationOperations = {
  listNotifications: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/notifications',
    tag: 'notifications',
    summary: 'See who was told of an export',
    description: 'An admin also sees what the webhooks of the tenant hear of it.',
    auth: 'key',
    params: z.strictObject({ id: exportId }),
    responses: {
      200: {
        description: 'All messages about it, oldest first.',
        body: z.strictObject({ notifications: z.array(notification) }),
        example: {
          notifications: [
            {
              id: '3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11',
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
        },
      },
    },
    problems: [],
  }),

  addNotifications: defineOperation({
    method: 'post',
    path: '/v1/exports/{id}/notifications',
    tag: 'notifications',
    summary: 'Have somebody told how an export ends',
    description: 'In addition to those whom the request named, as long as the export has not ended.',
    auth: 'key',
    audit: 'notification.added',
    params: z.strictObject({ id: exportId }),
    body: notifyRequest,
    bodyExample: { email: true },
    responses: {
      200: {
        description: 'They will hear of it.',
        body: notifyAnswer,
        example: { email: ['ada@example.org'], webhook: null },
      },
    },
    problems: ['already_ended', 'too_many_targets'],
  }),

  redeliverNotification: defineOperation({
    method: 'post',
    path: '/v1/exports/{id}/notifications/{notificationId}/redeliver',
    tag: 'notifications',
    summary: 'Send a message once more',
    auth: 'key',
    params: z.strictObject({ id: exportId, notificationId }),
    audit: 'notification.redelivered',
    responses: redelivered,
    problems: ['webhook_disabled'],
  }),
};
