import type { AuditLog } from '../db/audit-log.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { HistoryRecords } from '../db/history-records.ts';
import type { historyOperations } from './contract/history.ts';
import { historyText } from './history-text.ts';
import type { Handlers } from './operations-router.ts';
import { visibleExport } from './visible-export.ts';

export interface HistoryOptions {
  records: ExportRecords;
  history: HistoryRecords;
  auditLog: AuditLog;
}

const LATEST_DOWNLOADS = 100;

/** What happened to an export and what was done, in words. */
export function historyHandlers({
  records,
  history,
  auditLog,
}: HistoryOptions): Handlers<typeof historyOperations> {
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

    async listDownloads({ params, identity }) {
      const { tenant, id } = await visibleExport(records, params.id, identity);
      const lines = await auditLog.list({
        tenant,
        act: 'export.downloaded',
        object: id,
        limit: LATEST_DOWNLOADS,
      });
      const downloads = lines.map(({ at, actor: { subject, role, actedAs } }) => ({
        at: at.toISOString(),
        subject,
        role,
        actedAs,
      }));
      return { status: 200, body: { downloads } };
    },
  };
}
