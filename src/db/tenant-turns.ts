import type { Pool } from 'pg';
import type { Lane } from './turns.ts';

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
   * Puts an export that waits behind the first one of another tenant that waits in its lane. Those of its tenant that
   * come after it follow, as each is put behind in turn. Resolves to its turn then, or to undefined where no other waits.
   */
  async letPass(exportId: string, tenant: string, lane: Lane): Promise<{ turn: number } | undefined> {
    const { rows } = await this.#pool.query<{ turn: number }>(LET_PASS, [exportId, tenant, lane]);
    return rows[0];
  }
}

const LET_PASS = `
  with others as (
    select turn from rowferry.exports
     where lane = $3 and status = 'queued' and deleted_at is null and not_before <= now() and tenant <> $2
       -- Two look-ups say that there are none, instead of all that wait of this tenant.
       and (exists (select from rowferry.exports
                     where tenant < $2 and lane = $3 and status = 'queued' and deleted_at is null)
            or exists (select from rowferry.exports
                        where tenant > $2 and lane = $3 and status = 'queued' and deleted_at is null))
     order by turn
     limit 1)
  update rowferry.exports e set turn = greatest(e.turn, others.turn + 1)
    from others
   where e.id = $1 and e.status = 'queued'
  returning e.turn::float8 as turn`;
