import { z } from 'zod';
import { notificationKinds } from '../../db/notification-records.ts';
import { webhookUrl } from '../notify-request.ts';
import { notificationId, redelivered } from './notifications.ts';
import { defineOperation } from './operation.ts';
import { exportId } from './schemas.ts';

const time = z.iso.datetime();
const webhookId = z
  .uuid()
  .meta({ description: 'Id of a webhook.', example: '0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1' });
const params = z.strictObject({ id: webhookId });

const links = z.strictObject({ self: z.string(), deliveries: z.string() });
const members = {
  id: webhookId,
  url: z.string(),
  createdAt: time,
  failingSince: time.nullable().describe('Since when every message has failed.'),
  disabled: z.strictObject({ at: time, reason: z.string().nullable() }).nullable(),
  previousSecretUntil: time.nullable().describe('Until then messages are signed by the secret before, too.'),
  links,
};
const webhook = z
  .strictObject(members)
  .meta({ id: 'Webhook', description: 'Hears of every export of the tenant.' });
const webhookWithSecret = z
  .strictObject({
    ...members,
    secret: z.string().describe('Signs the messages. Shown here, and never again.'),
  })
  .meta({ id: 'WebhookWithSecret' });

const delivery = z
  .strictObject({
    notificationId,
    exportId: exportId.nullable().describe('Null where it is about a bulk export.'),
    bulkExportId: z.uuid().nullable().describe('Null where it is about an export.'),
    kind: z.enum(notificationKinds),
    attempt: z.int().min(1),
    at: time,
    status: z.int().nullable().describe('Of the answer; null where there was none.'),
    milliseconds: z.int().min(0),
    error: z.string().nullable(),
  })
  .meta({ id: 'Delivery', description: 'One attempt to deliver a message.' });

const example = {
  id: '0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1',
  url: 'https://app.example.org/hooks/rowferry',
  createdAt: '2026-11-24T10:00:00.000Z',
  failingSince: null,
  disabled: null,
  previousSecretUntil: null,
  links: {
    self: '/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1',
    deliveries: '/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1/deliveries',
  },
};
const exampleWithSecret = { ...example, secret: 'whsec_…' };

/** For the admins of a tenant. */
export const webhookOperations = {
  createWebhook: defineOperation({
    method: 'post',
    path: '/v1/webhooks',
    tag: 'webhooks',
    summary: 'Make a webhook',
    auth: 'admin',
    body: z.strictObject({ url: webhookUrl.describe('Where messages go.') }).meta({ id: 'NewWebhook' }),
    bodyExample: { url: 'https://app.example.org/hooks/rowferry' },
    audit: 'webhook.created',
    responses: {
      201: {
        description: 'It is there.',
        headers: z.object({ Location: z.string().describe('Address of the webhook.') }),
        body: webhookWithSecret,
        example: exampleWithSecret,
      },
    },
    problems: ['too_many_webhooks', 'webhooks_off'],
  }),

  listWebhooks: defineOperation({
    method: 'get',
    path: '/v1/webhooks',
    tag: 'webhooks',
    summary: 'List webhooks',
    auth: 'admin',
    responses: {
      200: {
        description: 'All of the tenant.',
        body: z.strictObject({ webhooks: z.array(webhook) }),
        example: { webhooks: [example] },
      },
    },
    problems: [],
  }),

  getWebhook: defineOperation({
    method: 'get',
    path: '/v1/webhooks/{id}',
    tag: 'webhooks',
    summary: 'Look at a webhook',
    auth: 'admin',
    params,
    responses: { 200: { description: 'The webhook as it is now.', body: webhook, example } },
    problems: [],
  }),

  deleteWebhook: defineOperation({
    method: 'delete',
    path: '/v1/webhooks/{id}',
    tag: 'webhooks',
    summary: 'Delete a webhook',
    auth: 'admin',
    params,
    audit: 'webhook.deleted',
    responses: { 204: { description: 'It is gone; what was waiting for it is not sent.' } },
    problems: [],
  }),

  rotateWebhookSecret: defineOperation({
    method: 'post',
    path: '/v1/webhooks/{id}/rotate',
    tag: 'webhooks',
    summary: 'Give a webhook another secret',
    description: 'For a while messages are signed by both.',
    auth: 'admin',
    params,
    audit: 'webhook.secret_rotated',
    responses: {
      200: {
        description: 'The new secret is in use.',
        body: webhookWithSecret,
        example: exampleWithSecret,
      },
    },
    problems: ['webhooks_off'],
  }),

  enableWebhook: defineOperation({
    method: 'post',
    path: '/v1/webhooks/{id}/enable',
    tag: 'webhooks',
    summary: 'Enable a webhook that was disabled',
    auth: 'admin',
    params,
    audit: 'webhook.enabled',
    responses: { 200: { description: 'It hears of exports again.', body: webhook, example } },
    problems: [],
  }),

  listDeliveries: defineOperation({
    method: 'get',
    path: '/v1/webhooks/{id}/deliveries',
    tag: 'webhooks',
    summary: 'See what a webhook was sent, and what it answered',
    auth: 'admin',
    params,
    responses: {
      200: {
        description: 'The last attempts, newest first.',
        body: z.strictObject({ deliveries: z.array(delivery) }),
      },
    },
    problems: [],
  }),

  redeliverToWebhook: defineOperation({
    method: 'post',
    path: '/v1/webhooks/{id}/deliveries/{notificationId}/redeliver',
    tag: 'webhooks',
    summary: 'Send a webhook a message once more',
    auth: 'admin',
    params: z.strictObject({ id: webhookId, notificationId }),
    audit: 'notification.redelivered',
    responses: redelivered,
    problems: ['webhook_disabled'],
  }),
};
