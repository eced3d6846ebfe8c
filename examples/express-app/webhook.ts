import express, { Router } from 'express';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { Notices } from './notices.ts';
import { setting } from './settings.ts';

/** As docs/notifications.md has it, as far as it is used here. */
interface Message {
  type: string;
  data: { id: string; subject: string; file: { name: string; rows: number } | null };
}

/** Takes what rowferry posts. Any answer but 2xx has it come again later, for three days. */
export function webhookRouter(notices: Notices): Router {
  const webhook = new Webhook(setting('WEBHOOK_SECRET'));
  const router = Router();
  // The signature is over the bytes as they came, so they must not be parsed before.
  router.post('/webhooks/rowferry', express.raw({ type: 'application/json' }), async (request, response) => {
    const headers = request.headers as Record<string, string>;
    let message: Message;
    try {
      message = webhook.verify(request.body as Buffer, headers) as Message;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      response.status(401).send('That is not signed by rowferry.');
      return;
    }
    const text = textOf(message);
    if (text !== undefined) {
      const { id: exportId, subject } = message.data;
      await notices.add({ id: headers['webhook-id'] ?? '', subject, exportId, text });
    }
    response.sendStatus(204);
  });
  return router;
}

function textOf({ type, data: { file } }: Message): string | undefined {
  if (type === 'export.failed') return 'Your export did not succeed.';
  if (type !== 'export.completed' || file === null) return undefined;
  return `Your export is ready: ${file.name}, ${file.rows} entries.`;
}
