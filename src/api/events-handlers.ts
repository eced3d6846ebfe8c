import type { ExportRecords } from '../db/export-records.ts';
import type { eventOperations } from './contract/events.ts';
import type { EventStreams } from './event-streams.ts';
import type { Handlers } from './operations-router.ts';
import { visibleExport } from './visible-export.ts';

export interface EventsOptions {
  records: ExportRecords;
  streams: EventStreams;
}

/** Exports as they change. */
export function eventsHandlers({ records, streams }: EventsOptions): Handlers<typeof eventOperations> {
  return {
    async watchExport({ params, headers, identity, signal }) {
      const { id } = await visibleExport(records, params.id, identity);
      const stream = await streams.open(id, { identity, lastEventId: headers['Last-Event-ID'], signal });
      return { status: 200, headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' }, stream };
    },
  };
}
