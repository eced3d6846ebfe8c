import type { AppError } from '../errors.ts';
import type { MailSender } from './mail-sender.ts';
import type { News } from './news.ts';
import { SendError } from './send-error.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** A webhook as it is stored. */
export interface StoredWebhook {
  webhookId: string;
  url: string;
  /** Sealed for the webhook's id. */
  secrets: readonly Buffer[];
}

/** The ways to people and programs that this process has been given; what it lacks another worker may have. */
export class Channels {
  readonly #mail: MailSender | undefined;
  readonly #webhooks: WebhookSender;
  readonly #secrets: WebhookSecrets | undefined;

  constructor(parts: {
    mail: MailSender | undefined;
    webhooks: WebhookSender;
    secrets: WebhookSecrets | undefined;
  }) {
    this.#mail = parts.mail;
    this.#webhooks = parts.webhooks;
    this.#secrets = parts.secrets;
  }

  /** @throws SendError */
  async sendMail(news: News, address: string, signal: AbortSignal): Promise<void> {
    if (this.#mail === undefined) throw missing('E-mail', 'SMTP_URL');
    await this.#mail.send(news, address, signal);
  }

  /** Resolves to the receiver's status. @throws SendError; AppError `secret_unreadable` */
  async sendWebhook(
    news: News,
    { webhookId, url, secrets }: StoredWebhook,
    signal: AbortSignal,
  ): Promise<number> {
    if (this.#secrets === undefined) throw missing('Webhooks', 'WEBHOOK_SECRET_KEY');
    const kept = this.#secrets;
    const opened = secrets.map((sealed) => kept.open(sealed, webhookId));
    return this.#webhooks.send(news, { url, secrets: opened }, signal);
  }
}

function missing(what: string, setting: string): AppError {
  const message = `${what} cannot be sent by this worker: ${setting} is not set.`;
  return new SendError('channel_missing', message, { retryable: true });
}
