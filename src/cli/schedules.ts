import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { ApiKeys } from '../db/api-keys.ts';
import { DueSchedules } from '../db/due-schedules.ts';
import { ExportRequests } from '../db/export-requests.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import { ScheduleRunner } from '../worker/schedule-runner.ts';
import { webhookSecrets } from './notifications.ts';
import { requestOptions } from './requesters.ts';

/** The part of a worker that asks for the exports of schedules. The caller stops it, and then closes the others. */
export function openSchedules(
  config: Config,
  parts: { pool: Pool; queue: ExportQueue; datasets: DatasetRegistry; logger: Logger },
): ScheduleRunner {
  const { pool, queue, datasets, logger } = parts;
  const secrets = webhookSecrets(config);
  return new ScheduleRunner({
    due: new DueSchedules(pool),
    requests: new ExportRequests(pool, requestOptions(config)),
    datasets,
    apiKeys: new ApiKeys(pool),
    queue,
    webhookOf({ webhookId, webhookUrl, webhookSecret }) {
      if (webhookId === null || webhookUrl === null || webhookSecret === null) return undefined;
      if (secrets === undefined) {
        const message = 'A schedule has a webhook, and WEBHOOK_SECRET_KEY is not set here.';
        throw new AppError('webhooks_off', message, { retryable: true });
      }
      const id = randomUUID();
      return { id, url: webhookUrl, secret: secrets.resealed(webhookSecret, webhookId, id) };
    },
    intervalMs: config.SCHEDULE_INTERVAL_SECONDS * 1000,
    logger,
  });
}
