import { Router } from 'express';
import type { ExportRecords } from '../db/export-records.ts';
import type { HistoryRecords } from '../db/history-records.ts';
import { historyText } from './history-text.ts';
import { onlyMethods } from './problem.ts';
import { visibleExport } from './visible-export.ts';

export interface HistoryRouterOptions {
  records: ExportRecords;
  history: HistoryRecords;
}

/** What happened to an export and what was done, in words. */
export function historyRouter({ records, history }: HistoryRouterOptions): Router {
  const router = Router();
  router.get('/:id/history', async (request, response) => {
    const { id } = await visibleExport(records, request);
    const events = await history.of(id);
    response.json({
      events: events.map((event) => ({
        at: event.at.toISOString(),
        kind: event.kind,
        attempt: event.attempt,
        text: historyText(event),
      })),
    });
  });
  router.all('/:id/history', onlyMethods('GET'));
  return router;
}
