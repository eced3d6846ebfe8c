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
   * Gives the first export that waits in the lane, and is of none of these tenants, a turn before this one's. Resolves
   * to that export, or to undefined where there is none.
   */
  async putForward(
    exportId: string,
    notOf: readonly string[],
    lane: Lane,
  ): Promise<QueuedExport | undefined> {
    const { rows } = await this.#pool.query<{ id: string; turn: number }>(PUT_FORWARD, [
      exportId,
      notOf,
      lane,
    ]);
    const [first] = rows;
    return first === undefined ? undefined : { ...first, lane };
  }
}

/**
 * `$1` is the one that has to wait, `$2` the tenants that have to, `$3` the lane. The tenants that wait are looked up one
 * after the other, until one is none of those: what waits of one tenant may be a lot, and most often it is all there is.
 */
const PUT_FORWARD = `
  with recursive tenants (tenant) as (
    (select min(tenant) from rowferry.exports
      where lane = $3 and status = 'queued' and deleted_at is null)
    union all
    select (select min(e.tenant) from rowferry.exports e
             where e.tenant > tenants.tenant and lane = $3 and status = 'queued' and deleted_at is null)
      from tenants where tenants.tenant is not null),
  first as (
    select id
      -- In the order of the index, whatever the planner thinks of how few are of others.
      from (select id, tenant from rowferry.exports
             where lane = $3 and status = 'queued' and deleted_at is null and not_before <= now()
             order by turn, not_before, id
             offset 0) waiting
     where tenant <> all ($2::text[])
       and exists (select from tenants where tenants.tenant <> all ($2::text[]))
     limit 1)
  update rowferry.exports e set turn = greatest(0, least(e.turn, waits.turn - 1))
    from first, rowferry.exports waits
   where e.id = first.id and e.status = 'queued' and waits.id = $1
  returning e.id, e.turn::float8 as turn`;
