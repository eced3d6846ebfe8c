import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Router } from 'express';
import { z } from 'zod';
import type { ExportNotifications } from '../db/export-notifications.ts';
import type { DeliveryRecord, WebhookRecord, WebhookRecords } from '../db/webhook-records.ts';
import { AppError } from '../errors.ts';
import type { WebhookSecrets } from '../notify/webhook-secrets.ts';
import { identityOf } from './authenticate.ts';
import { checkRedelivery, isId } from './notifications-router.ts';
import { webhookUrl } from './notify-request.ts';
import type { NotifyPolicy } from './notify-request.ts';
import { notFound, onlyMethods, parseOrThrow } from './problem.ts';

export interface WebhooksRouterOptions {
  webhooks: WebhookRecords;
  notifications: ExportNotifications;
  policy: Pick<NotifyPolicy, 'webhookSecrets' | 'problemOfUrl'>;
  maxWebhooks: number;
  rotationHours: number;
}

const newWebhook = z.strictObject({ url: webhookUrl });

type WithId = Request<{ id: string }>;

/** Below `/v1/webhooks`: those that hear of every export of the tenant, for its admins. */
export function webhooksRouter(options: WebhooksRouterOptions): Router {
  const { webhooks, notifications, policy, maxWebhooks, rotationHours } = options;
  const router = Router();
  router.use(onlyAdmins);

  const own = async (request: WithId): Promise<WebhookRecord> => {
    const { id } = request.params;
    return found(isId(id) ? await webhooks.find(identityOf(request).tenant, id) : undefined);
  };

  router.post('/', async (request, response) => {
    const secrets = secretsOf(policy);
    if (!request.is('application/json')) {
      throw new AppError('unsupported_media_type', 'Send `Content-Type: application/json` in UTF-8.');
    }
    const { url } = parseOrThrow(newWebhook, request.body, 'body');
    const problem = policy.problemOfUrl(url);
    if (problem !== undefined) throw wrongUrl(problem);
    const id = randomUUID();
    const { secret, sealed } = secrets.make(id);
    const record = await webhooks.create(
      identityOf(request).tenant,
      { id, url, secret: sealed },
      maxWebhooks,
    );
    response
      .status(201)
      .location(`/v1/webhooks/${id}`)
      .json({ ...webhookResource(record), secret });
  });

  router.get('/', async (request, response) => {
    const all = await webhooks.list(identityOf(request).tenant);
    response.json({ webhooks: all.map(webhookResource) });
  });
  router.all('/', onlyMethods('GET', 'POST'));

  router.get('/:id', async (request, response) => {
    response.json(webhookResource(await own(request)));
  });

  router.delete('/:id', async (request, response) => {
    const { id, tenant } = { ...(await own(request)), ...identityOf(request) };
    await webhooks.delete(tenant, id);
    response.status(204).end();
  });
  router.all('/:id', onlyMethods('GET', 'DELETE'));

  router.post('/:id/rotate', async (request, response) => {
    const secrets = secretsOf(policy);
    const { id } = await own(request);
    const { secret, sealed } = secrets.make(id);
    const { tenant } = identityOf(request);
    const record = await webhooks.rotate(tenant, id, { secret: sealed, graceHours: rotationHours });
    response.json({ ...webhookResource(found(record)), secret });
  });
  router.all('/:id/rotate', onlyMethods('POST'));

  router.post('/:id/enable', async (request, response) => {
    const { id } = await own(request);
    response.json(webhookResource(found(await webhooks.enable(identityOf(request).tenant, id))));
  });
  router.all('/:id/enable', onlyMethods('POST'));

  router.get('/:id/deliveries', async (request, response) => {
    const { id } = await own(request);
    const log = await webhooks.deliveries(identityOf(request).tenant, id);
    response.json({ deliveries: log.map(deliveryResource) });
  });
  router.all('/:id/deliveries', onlyMethods('GET'));

  router.post(
    '/:id/deliveries/:notificationId/redeliver',
    async (request: Request<{ id: string; notificationId: string }>, response) => {
      const { id: webhookId } = await own(request);
      const { notificationId } = request.params;
      const scope = { tenant: identityOf(request).tenant, webhookId };
      checkRedelivery(
        isId(notificationId) ? await notifications.redeliverOf(scope, notificationId) : 'unknown',
      );
      response.status(202).end();
    },
  );
  router.all('/:id/deliveries/:notificationId/redeliver', onlyMethods('POST'));
  return router;
}

const onlyAdmins: RequestHandler = (request, _response, next) => {
  if (identityOf(request).roles.includes('admin')) {
    next();
    return;
  }
  throw new AppError('forbidden', 'Only an admin may manage webhooks.');
};

function secretsOf({ webhookSecrets }: WebhooksRouterOptions['policy']): WebhookSecrets {
  if (webhookSecrets !== undefined) return webhookSecrets;
  throw new AppError('webhooks_off', 'This service has no webhooks: WEBHOOK_SECRET_KEY is not set.');
}

function found(record: WebhookRecord | undefined): WebhookRecord {
  if (record === undefined) throw notFound();
  return record;
}

function wrongUrl(detail: string): AppError {
  return new AppError('invalid_request', 'See `errors` for what to change.', {
    details: { errors: [{ pointer: '/url', detail }] },
  });
}

function webhookResource({
  id,
  url,
  createdAt,
  failingSince,
  disabledAt,
  disabledReason,
  previousUntil,
}: WebhookRecord) {
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
