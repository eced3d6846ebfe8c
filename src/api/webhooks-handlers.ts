import { randomUUID } from 'node:crypto';
import type { Identity } from '../auth/identity.ts';
import type { ExportNotifications } from '../db/export-notifications.ts';
import type { DeliveryRecord, WebhookRecord, WebhookRecords } from '../db/webhook-records.ts';
import { AppError } from '../errors.ts';
import type { WebhookSecrets } from '../notify/webhook-secrets.ts';
import type { webhookOperations } from './contract/webhooks.ts';
import { checkRedelivery } from './notifications-handlers.ts';
import type { NotifyPolicy } from './notify-request.ts';
import type { Handlers } from './operations-router.ts';
import { invalidRequest } from './parse-request.ts';
import { notFound } from './problem.ts';

export interface WebhooksOptions {
  webhooks: WebhookRecords;
  notifications: ExportNotifications;
  policy: Pick<NotifyPolicy, 'webhookSecrets' | 'problemOfUrl'>;
  maxWebhooks: number;
  rotationHours: number;
}

/** Webhooks that hear of every export of the tenant, for its admins. */
export function webhooksHandlers(options: WebhooksOptions): Handlers<typeof webhookOperations> {
  const { webhooks, notifications, policy, maxWebhooks, rotationHours } = options;
  const own = async (id: string, { tenant }: Identity): Promise<WebhookRecord> =>
    found(await webhooks.find(tenant, id));
  return {
    async createWebhook({ body: { url }, identity, by }) {
      const secrets = secretsOf(policy);
      const problem = policy.problemOfUrl(url);
      if (problem !== undefined) throw invalidRequest({ pointer: '/url', detail: problem });
      const id = randomUUID();
      const { secret, sealed } = secrets.make(id);
      const record = await webhooks.create(identity.tenant, { id, url, secret: sealed }, maxWebhooks, by);
      const shown = webhookResource(record);
      return { status: 201, headers: { Location: shown.links.self }, body: { ...shown, secret } };
    },

    async listWebhooks({ identity }) {
      const all = await webhooks.list(identity.tenant);
      return { status: 200, body: { webhooks: all.map(webhookResource) } };
    },

    async getWebhook({ params, identity }) {
      return { status: 200, body: webhookResource(await own(params.id, identity)) };
    },

    async deleteWebhook({ params, identity, by }) {
      const { id } = await own(params.id, identity);
      await webhooks.delete(identity.tenant, id, by);
      return { status: 204 };
    },

    async rotateWebhookSecret({ params, identity, by }) {
      const { id } = await own(params.id, identity);
      const { secret, sealed } = secretsOf(policy).make(id);
      const rotation = { secret: sealed, graceHours: rotationHours };
      const record = found(await webhooks.rotate(identity.tenant, id, rotation, by));
      return { status: 200, body: { ...webhookResource(record), secret } };
    },

    async enableWebhook({ params, identity, by }) {
      const { id } = await own(params.id, identity);
      const record = found(await webhooks.enable(identity.tenant, id, by));
      return { status: 200, body: webhookResource(record) };
    },

    async listDeliveries({ params, identity }) {
      const { id } = await own(params.id, identity);
      const log = await webhooks.deliveries(identity.tenant, id);
      return { status: 200, body: { deliveries: log.map(deliveryResource) } };
    },

    async redeliverToWebhook({ params, identity, by }) {
      const { id } = await own(params.id, identity);
      const scope = { tenant: identity.tenant, webhookId: id };
      checkRedelivery(await notifications.redeliverOf(scope, params.notificationId, by));
      return { status: 202 };
    },
  };
}

function secretsOf({ webhookSecrets }: WebhooksOptions['policy']): WebhookSecrets {
  if (webhookSecrets !== undefined) return webhookSecrets;
  throw new AppError('webhooks_off', 'This service has no webhooks: WEBHOOK_SECRET_KEY is not set.');
}

function found(record: WebhookRecord | undefined): WebhookRecord {
  if (record === undefined) throw notFound();
  return record;
}

function webhookResource(record: WebhookRecord) {
  const { id, url, createdAt, failingSince, disabledAt, disabledReason, previousUntil } = record;
  return {
    id,
    url,
    createdAt: createdAt.toISOString(),
    failingSince: failingSince?.toISOString() ?? null,
    disabled: disabledAt === null ? null : { at: disabledAt.toISOString(), reason: disabledReason },
    previousSecretUntil: previousUntil?.toISOString() ?? null,
    links: { self: `/v1/webhooks/${id}`, deliveries: `/v1/webhooks/${id}/deliveries` },
  };
}

function deliveryResource({ at, ...rest }: DeliveryRecord) {
  return { ...rest, at: at.toISOString() };
}
