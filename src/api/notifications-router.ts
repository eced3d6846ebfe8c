import type { Request } from 'express';
import { Router } from 'express';
import { z } from 'zod';
import type { ExportNotifications, NotificationInfo, Redelivery } from '../db/export-notifications.ts';
import type { ExportRecords } from '../db/export-records.ts';
import { AppError } from '../errors.ts';
import { identityOf } from './authenticate.ts';
import { notFound, onlyMethods } from './problem.ts';
import { visibleExport } from './visible-export.ts';

export interface NotificationsRouterOptions {
  records: ExportRecords;
  notifications: ExportNotifications;
}

/** Below `/v1/exports/{id}/notifications`: who was told of an export, and what became of it. */
export function notificationsRouter({ records, notifications }: NotificationsRouterOptions): Router {
  const router = Router({ mergeParams: true });

  const scopeOf = async (request: Request<{ id: string }>) => {
    const { tenant, id } = await visibleExport(records, request);
    return { tenant, exportId: id, all: identityOf(request).roles.includes('admin') };
  };

  router.get('/', async (request: Request<{ id: string }>, response) => {
    const found = await notifications.list(await scopeOf(request));
    response.json({ notifications: found.map(notificationResource) });
  });
  router.all('/', onlyMethods('GET'));

  router.post(
    '/:notificationId/redeliver',
    async (request: Request<{ id: string; notificationId: string }>, response) => {
      const scope = await scopeOf(request);
      const { notificationId } = request.params;
      checkRedelivery(
        isId(notificationId) ? await notifications.redeliver(scope, notificationId) : 'unknown',
      );
      response.status(202).end();
    },
  );
  router.all('/:notificationId/redeliver', onlyMethods('POST'));
  return router;
}

export function isId(text: string): boolean {
  return z.uuid().safeParse(text).success;
}

/** @throws AppError `not_found`, `webhook_disabled` */
export function checkRedelivery(redelivery: Redelivery): void {
  if (redelivery === 'unknown') throw notFound();
  if (redelivery === 'disabled') {
    throw new AppError('webhook_disabled', 'The webhook is disabled. Enable it first, or make another.');
  }
}

function notificationResource({ createdAt, nextAt, endedAt, ...rest }: NotificationInfo) {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    nextAt: nextAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
