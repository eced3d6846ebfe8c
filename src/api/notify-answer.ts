import type { ExportNotifications } from '../db/export-notifications.ts';
import type { NotifyTargets } from '../db/notify-targets.ts';
import type { WebhookSecrets } from '../notify/webhook-secrets.ts';

interface Told {
  notify?: { email: string[]; webhook: { url: string; secret: string } | null };
}

/**
 * Whom a request has told, as its answer says it. The secret of its webhook is in there, and nowhere else: a request that
 * is sent again, since its answer was lost, gets it again.
 */
export async function notifyAnswer(
  targets: NotifyTargets | undefined,
  exportId: string,
  {
    notifications,
    webhookSecrets,
  }: {
    /** Left out where the export is new: its webhook is the one that was just made. */
    notifications?: Pick<ExportNotifications, 'webhookOf'> | undefined;
    webhookSecrets: WebhookSecrets | undefined;
  },
): Promise<Told> {
  if (targets === undefined) return {};
  const { emails, webhook } = targets;
  const stored =
    webhook === undefined || notifications === undefined
      ? webhook
      : await notifications.webhookOf(exportId, webhook.url);
  const told =
    webhook === undefined || stored === undefined || webhookSecrets === undefined
      ? null
      : { url: webhook.url, secret: webhookSecrets.open(stored.secret, stored.id) };
  return { notify: { email: [...emails], webhook: told } };
}
