import type { Identity } from '../auth/identity.ts';
import type { ExportNotifications, NotificationInfo, Redelivery } from '../db/export-notifications.ts';
import type { ExportRecords } from '../db/export-records.ts';
import { AppError } from '../errors.ts';
import type { notificationOperations } from './contract/notifications.ts';
import type { Handlers } from './operations-router.ts';
import { notFound } from './problem.ts';
import { notifyAnswer } from './notify-answer.ts';
import { notifyTargets } from './notify-request.ts';
import type { NotifyPolicy } from './notify-request.ts';
import { visibleExport } from './visible-export.ts';

export interface NotificationsOptions {
  records: ExportRecords;
  notifications: ExportNotifications;
  notify: NotifyPolicy;
}

/** Who was told of an export, and what became of it. */
export function notificationsHandlers({
  records,
  notifications,
  notify: policy,
}: NotificationsOptions): Handlers<typeof notificationOperations> {
  const scopeOf = async (exportId: string, identity: Identity) => {
    const { tenant, id } = await visibleExport(records, exportId, identity);
    return { tenant, exportId: id, all: identity.roles.includes('admin') };
  };
  return {
    async listNotifications({ params, identity }) {
      const found = await notifications.list(await scopeOf(params.id, identity));
      return { status: 200, body: { notifications: found.map(notificationResource) } };
    },

    async addNotifications({ params, body, identity, by }) {
      const record = await visibleExport(records, params.id, identity);
      const targets = notifyTargets(body, identity, policy);
      if (
        !(await notifications.add(record, targets ?? { emails: [] }, { by, maxTargets: policy.maxTargets }))
      ) {
        throw new AppError('already_ended', 'It has ended; there is nothing to be told of any more.');
      }
      const { webhookSecrets } = policy;
      const { notify } = await notifyAnswer(targets, record.id, { notifications, webhookSecrets });
      return { status: 200, body: notify ?? { email: [], webhook: null } };
    },

    async redeliverNotification({ params, identity, by }) {
      const scope = await scopeOf(params.id, identity);
      checkRedelivery(await notifications.redeliver(scope, params.notificationId, by));
      return { status: 202 };
    },
  };
}

/** @throws AppError `not_found`, `webhook_disabled` */
export function checkRedelivery(redelivery: Redelivery): void {
  if (redelivery === 'unknown') throw notFound();
  if (redelivery === 'disabled') {
    throw new AppError('webhook_disabled', 'The webhook is disabled. Enable it first, or make another.');
  }
}

/** As it is shown, wherever it is. */
export function notificationResource({ createdAt, nextAt, endedAt, ...rest }: NotificationInfo) {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    nextAt: nextAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
