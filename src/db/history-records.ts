import type { Pool } from 'pg';
import { eventDetails, isEventKind } from './export-event.ts';
import type { EventKind, ExportEvent } from './export-event.ts';

interface Row {
  at: Date;
  kind: string;
  attempt: number;
  details: unknown;
}

/** What happened to exports, as it was written together with each change. */
export class HistoryRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Oldest first. Kinds that only a newer rowferry knows are left out. */
  async of(exportId: string): Promise<ExportEvent[]> {
    const { rows } = await this.#pool.query<Row>(
      'select at, kind, attempt, details from rowferry.export_events where export_id = $1 order by id',
      [exportId],
    );
    return rows.flatMap(({ at, kind, attempt, details }) =>
      isEventKind(kind) ? [{ at, kind, attempt, details: eventDetails[kind].parse(details) }] : [],
    );
  }

  /**
   * Writes a repair that did not change the row. One of the same kind that was made for the same attempt before is
   * counted there instead: what is repeated for days must not grow a history without end.
   */
  async note(
    exportId: string,
    kind: EventKind,
    counts: Readonly<Record<string, number>> = {},
  ): Promise<void> {
    await this.#pool.query(
      `with export as (
         select id, attempt from rowferry.exports where id = $1
       ), counted as (
         update rowferry.export_events e
            set details = jsonb_build_object('times', coalesce((e.details ->> 'times')::int, 1) + 1) ||
                          (select coalesce(jsonb_object_agg(key, value::int + coalesce((e.details ->> key)::int, 0)), '{}')
                             from jsonb_each_text($3::jsonb))
           from export
          where e.export_id = export.id and e.attempt = export.attempt and e.kind = $2
         returning e.id
       )
       insert into rowferry.export_events (export_id, attempt, kind, details)
       select id, attempt, $2, $3 from export where not exists (select from counted)`,
      [exportId, kind, counts],
    );
  }
}
