import { createHash } from 'node:crypto';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord } from './export-record.ts';
import { readPlaces } from './places.ts';
import type { Queryable } from './pool.ts';

/** An export at one moment, for those who watch it. */
export interface WatchedExport {
  id: string;
  /** When it was looked at, in microseconds by the database's clock: it only grows, whichever process looks. */
  seenAt: string;
  /** The same while nothing changes that a client sees; an export looks the same to every process. */
  mark: string;
  status: string;
  /** Among those that wait; null for one that does not. */
  place: number | null;
  /** Parsed when it is asked for: of many that are watched few have changed. */
  record(): ExportRecord;
}

/** What clients see change while they watch; the rest of a row changes with it or not at all. */
const watched = [
  'status',
  'attempt',
  'rows',
  'bytes',
  'estimated_rows',
  'started_at',
  'finished_at',
] as const;

/**
 * Looks at many exports at once, whoever they belong to: for streams whose rights have been checked. Those that are gone
 * are left out.
 */
export class WatchedExports {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async look(ids: readonly string[]): Promise<WatchedExport[]> {
    const { rows } = await this.#pool.query<
      { id: string; status: string; seen_at: string } & Record<string, unknown>
    >(
      `select ${exportColumns}, (extract(epoch from statement_timestamp()) * 1000000)::bigint as seen_at
         from rowferry.exports where id = any($1) and deleted_at is null`,
      [ids],
    );
    const queued = rows.filter(({ status }) => status === 'queued').map(({ id }) => id);
    const places = await readPlaces(this.#pool, queued);
    return rows.map((row) => {
      const place = places.get(row.id) ?? null;
      return {
        id: row.id,
        seenAt: row.seen_at,
        status: row.status,
        mark: markOf([...watched.map((name) => row[name]), place]),
        place,
        record: () => toExportRecord(row),
      };
    });
  }
}

function markOf(values: readonly unknown[]): string {
  return createHash('sha1').update(JSON.stringify(values)).digest('base64url').slice(0, 12);
}
