import type { Client } from 'pg';
import { AppError } from '../errors.ts';
import { CHANGE_COLUMN } from './changes.ts';
import { databaseError } from './database-error.ts';
import type { DatasetView } from './dataset-view.ts';
import type { Snapshot } from './source-client.ts';

/** An earlier export, after whose snapshot changes are looked for. */
export interface BaseExport {
  exportId: string;
  snapshot: Snapshot;
}

/** What counts of a column where an earlier export is looked for. */
export type BaseColumn = Pick<DatasetView['columns'][number], 'name' | 'type' | 'masked'>;

/** The columns that an earlier export has to have, so that whoever has its file misses none of their values. */
export function columnsOfBase({ columns }: Pick<DatasetView, 'columns'>): BaseColumn[] {
  return columns
    .filter(({ name }) => name !== CHANGE_COLUMN.name)
    .map(({ name, type, masked }) => ({ name, type, masked }));
}

/** From what to what the changes in a file are; nulls where it holds all there is. */
export interface ChangesRange {
  from: Snapshot | null;
  to: Snapshot;
  export: string | null;
}

/**
 * Tells on which server a snapshot was taken: numbers of transactions mean something there alone. Null on a replica, whose
 * snapshots do not name what is in progress.
 *
 * One that was restored to an earlier time goes on in another timeline, and uses numbers anew.
 */
export async function serverOf(client: Pick<Client, 'query'>): Promise<string | null> {
  const asked = client.query<{ server: string | null }>(
    `select case when not pg_is_in_recovery()
                 then (select system_identifier from pg_control_system()) || '/' ||
                      left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end as server`,
  );
  try {
    const { rows } = await asked;
    return rows[0]?.server ?? null;
  } catch (error) {
    throw databaseError(error);
  }
}

/**
 * What the changes of an export are to begin from.
 *
 * @param base the requester's last export; undefined where there is none
 * @throws AppError `since_on_replica`
 */
export function rangeFrom(base: BaseExport | undefined, to: Snapshot): ChangesRange {
  if (to.server === undefined) {
    const message =
      'The dataset is read from a replica, whose snapshots do not tell which transactions were in progress: ' +
      'a change could be missed. Let it read the primary, or ask without since.';
    throw new AppError('since_on_replica', message);
  }
  if (base === undefined || base.snapshot.server !== to.server) return { from: null, to, export: null };
  return { from: base.snapshot, to, export: base.exportId };
}
