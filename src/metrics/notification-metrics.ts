import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const channels = ['email', 'webhook'] as const;
export type NotificationChannel = (typeof channels)[number];
/** How a try ended. */
const outcomes = ['delivered', 'retried', 'failed'] as const;
export type NotificationOutcome = (typeof outcomes)[number];

/** What became of messages. */
export class NotificationMetrics {
  readonly #tries: Counter<'channel' | 'outcome'>;
  readonly #seconds: Histogram<'channel'>;
  readonly #disabled: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#tries = new Counter({
      name: 'rowferry_notifications_total',
      help: 'Tries of messages: delivered, to be retried, or failed for good.',
      labelNames: ['channel', 'outcome'],
      registers,
    });
    for (const channel of channels) for (const outcome of outcomes) this.#tries.inc({ channel, outcome }, 0);
    this.#seconds = new Histogram({
      name: 'rowferry_notification_duration_seconds',
      help: 'Time that the mail server or the receiver of a webhook took, good or bad.',
      labelNames: ['channel'],
      buckets: [0.05, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    });
    this.#disabled = new Counter({
      name: 'rowferry_webhooks_disabled_total',
      help: 'Webhooks that this process disabled because nothing arrived there any more.',
      registers,
    });
  }

  tried(channel: NotificationChannel, outcome: NotificationOutcome, seconds: number): void {
    this.#tries.inc({ channel, outcome });
    this.#seconds.observe({ channel }, seconds);
  }

  disabledWebhook(): void {
    this.#disabled.inc();
  }
}
