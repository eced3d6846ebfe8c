import type { ExportRecords } from '../db/export-records.ts';
import type { HistoryRecords } from '../db/history-records.ts';
import type { historyOperations } from './contract/history.ts';
import { historyText } from './history-text.ts';
import type { Handlers } from './operations-router.ts';
import { visibleExport } from './visible-export.ts';

export interface HistoryOptions {
  records: ExportRecords;
  history: HistoryRecords;
}

/** What happened to an export and what was done, in words. */
export function historyHandlers({ records, history }: HistoryOptions): Handlers<typeof historyOperations> {
  return {
    async getHistory({ params, identity }) {
      const { id } = await visibleExport(records, params.id, identity);
      const events = (await history.of(id)).map((event) => ({
        at: event.at.toISOString(),
        kind: event.kind,
        attempt: event.attempt,
        text: historyText(event),
      }));
      return { status: 200, body: { events } };
    },
  };
}
