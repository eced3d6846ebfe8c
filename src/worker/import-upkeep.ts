import type { ImportAttempts } from '../db/import-attempts.ts';
import type { ImportQueue } from '../queue/import-queue.ts';
import type { ImportProcessor } from './import-processor.ts';

export interface ImportUpkeepOptions {
  attempts: ImportAttempts;
  processor: Pick<ImportProcessor, 'removeFile'>;
  queue: Pick<ImportQueue, 'ensure'>;
  giveUpAfterHours: number;
  retentionDays: number;
}

const PAGE = 500;

/** What the janitor does for imports in each pass: end what is over, deliver what is due, remove files and old records. */
export function importUpkeep(options: ImportUpkeepOptions): { name: string; run: () => Promise<void> } {
  const { attempts, processor, queue, giveUpAfterHours, retentionDays } = options;
  return {
    name: 'imports',
    async run() {
      await attempts.endOverdue(giveUpAfterHours);
      for (const id of await attempts.due(PAGE)) await queue.ensure(id);
      await processor.removeFile();
      await attempts.forget(retentionDays);
    },
  };
}
