import type { Pool } from 'pg';
import type { ExportRecord } from './export-record.ts';
import type { Lane } from './turns.ts';

/** An export and its place in the queue. */
type QueuedExport = Pick<ExportRecord, 'id' | 'lane' | 'turn'>;

/** Whose turn it is where one tenant may have no more for now. See docs/adr/0028-a-slot-for-others.md. */
export class TenantTurns {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Whose an export is; undefined when it is gone. */
  async tenantOf(exportId: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ tenant: string }>(
      'select tenant from rowferry.exports where id = $1',
      [exportId],
    );
    return rows[0]?.tenant;
  }

  /**
   * Gives the first export of another tenant that waits in the lane a turn before this one's. Resolves to that export,
   * or to undefined where no other waits.
   */
  async putForward(exportId: string, tenant: string, lane: Lane): Promise<QueuedExport | undefined> {
    const { rows } = await this.#pool.query<{ id: string; turn: number }>(PUT_FORWARD, [
      exportId,
      tenant,
      lane,
    ]);
    const [first] = rows;
    return first === undefined ? undefined : { ...first, lane };
  }
}

/** `$1` is the one that has to wait, `$2` its tenant, `$3` the lane. */
const PUT_FORWARD = `
  with first as (
    select id from rowferry.exports
     where lane = $3 and status = 'queued' and deleted_at is null and not_before <= now() and tenant <> $2
       -- Two look-ups say that there are none, instead of all that wait of this tenant.
       and (exists (select from rowferry.exports
                     where tenant < $2 and lane = $3 and status = 'queued' and deleted_at is null)
            or exists (select from rowferry.exports
                        where tenant > $2 and lane = $3 and status = 'queued' and deleted_at is null))
     order by turn, not_before, id
     limit 1)
  update rowferry.exports e set turn = greatest(0, least(e.turn, waits.turn - 1))
    from first, rowferry.exports waits
   where e.id = first.id and e.status = 'queued' and waits.id = $1
  returning e.id, e.turn::float8 as turn`;
