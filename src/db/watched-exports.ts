import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord } from './export-record.ts';
import { placesSql } from './places.ts';
import type { Queryable } from './pool.ts';
import { lanes } from './turns.ts';

/** How an export stands at one moment, for those who watch it. */
export interface WatchedExport {
  id: string;
  status: string;
  /** When it was looked at, in microseconds by the database's clock: it only grows, whichever process looks. */
  seenAt: string;
  /** The same while nothing changes that a client sees; an export looks the same to every process. */
  mark: string;
  /** Among those that wait; null for one that does not. */
  place: number | null;
}

/** What clients see change while they watch; the rest of a row changes with it or not at all. */
const changing = [
  'status',
  'place',
  'attempt',
  'rows',
  'bytes',
  'estimated_rows',
  'extract(epoch from started_at)',
  'extract(epoch from finished_at)',
].map((column) => `coalesce(${column}::text, '')`);

/**
 * Looks at many exports at once, whoever they belong to: for streams whose rights have been checked. Those that are gone
 * are left out. Most have not changed since the last look, so it asks for little; what has is read after it.
 */
export class WatchedExports {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  async look(ids: readonly string[]): Promise<WatchedExport[]> {
    const { rows } = await this.#pool.query<WatchedExport>(
      `select id, status, place, (extract(epoch from statement_timestamp()) * 1000000)::bigint::text as "seenAt",
              to_hex(hashtextextended(concat_ws('/', ${changing.join(', ')}), 0)) as mark
         from rowferry.exports left join (${placesSql('$1', '$2')}) places using (id)
        where id = any($1) and deleted_at is null`,
      [ids, lanes],
    );
    return rows;
  }

  /** These exports as they are now, which may be newer than what was seen. */
  async read(ids: readonly string[]): Promise<Map<string, ExportRecord>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.#pool.query(
      `select ${exportColumns} from rowferry.exports where id = any($1) and deleted_at is null`,
      [ids],
    );
    return new Map(rows.map(toExportRecord).map((record) => [record.id, record]));
  }
}
