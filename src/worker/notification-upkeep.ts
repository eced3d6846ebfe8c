import type { NotificationRecords } from '../db/notification-records.ts';
import type { Logger } from '../logger.ts';
import type { NotificationQueue } from '../queue/notification-queue.ts';

export interface NotificationUpkeepOptions {
  records: NotificationRecords;
  queue: NotificationQueue;
  /** How long before a file expires people hear of it; 0: never. */
  expiryNoticeHours: number;
  retentionDays: number;
  logger: Logger;
}

/** Most messages that one pass brings to the queue: with more, the next one goes on. */
const PASS_LIMIT = 1000;

/** Brings messages to the queue when they are due, and makes those that nothing but the clock asks for. */
export class NotificationUpkeep {
  readonly #options: NotificationUpkeepOptions;

  constructor(options: NotificationUpkeepOptions) {
    this.#options = options;
  }

  /**
   * Sends what the end of an export, or of a bulk export, has to tell without waiting for a pass. Never rejects: a pass
   * makes up for it.
   */
  async ended(about: string): Promise<void> {
    try {
      await this.#enqueue({ about, limit: PASS_LIMIT });
    } catch (error) {
      this.#options.logger.warn(
        { err: error, about },
        'notifications were not queued; the janitor will do it',
      );
    }
  }

  /** Steps of the janitor, each of which can be repeated without harm. */
  steps(): { name: string; run: () => Promise<void> }[] {
    return [
      { name: 'tell of expiry', run: () => this.#tellExpiring() },
      // What is in the queue already stays there once; what it lost, or what has become due, comes back.
      { name: 'notify', run: () => this.#enqueue({ limit: PASS_LIMIT }) },
      { name: 'forget notifications', run: () => this.#forget() },
    ];
  }

  async #enqueue(which: { about?: string; limit: number }): Promise<void> {
    const { records, queue } = this.#options;
    for (const id of await records.due(which)) await queue.add(id);
  }

  async #tellExpiring(): Promise<void> {
    const { records, expiryNoticeHours } = this.#options;
    if (expiryNoticeHours > 0) await records.tellExpiring(expiryNoticeHours);
  }

  async #forget(): Promise<void> {
    await this.#options.records.forget(this.#options.retentionDays);
  }
}
