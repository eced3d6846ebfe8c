import type { BulkMembers, MadeExport } from '../db/bulk-members.ts';
import type { Logger } from '../logger.ts';
import type { BulkQueue } from '../queue/bulk-queue.ts';
import type { ExportQueue } from '../queue/export-queue.ts';

export interface BulkFeederOptions {
  members: BulkMembers;
  exports: Pick<ExportQueue, 'add'>;
  bulks: Pick<BulkQueue, 'ensure'>;
  /** Exports of one bulk export that are queued or running at a time. */
  maxInFlight: number;
  logger: Logger;
}

/** Keeps some exports of each bulk export under way, and never more: interactive ones find the queue short. */
export class BulkFeeder {
  readonly #options: BulkFeederOptions;

  constructor(options: BulkFeederOptions) {
    this.#options = options;
  }

  /** Makes the next exports, if few enough are under way. */
  async feed(bulkId: string): Promise<void> {
    const { members, exports, maxInFlight, logger } = this.#options;
    const made = await members.feed(bulkId, maxInFlight);
    const add = (one: MadeExport) =>
      exports.add(one).catch((error: unknown) => {
        logger.warn(
          { err: error, exportId: one.id },
          'the queue did not take an export; the janitor will add it',
        );
      });
    await Promise.all(made.map(add));
  }

  /** Goes on where an export has ended. Never rejects: who looks after the bulk export makes up for it. */
  async exportEnded(exportId: string): Promise<void> {
    const { members, bulks, logger } = this.#options;
    try {
      const bulkId = await members.bulkOf(exportId);
      if (bulkId === undefined) return;
      await this.feed(bulkId);
      if (await members.isSettled(bulkId)) await bulks.ensure(bulkId);
    } catch (error) {
      logger.warn({ err: error, exportId }, 'a bulk export was not looked after; the next look will do it');
    }
  }
}
