import { z } from 'zod';

/** Where an export waits: `fast` is for those that are expected to be small, `bulk` for those of bulk exports. */
export const lanes = ['fast', 'normal', 'bulk'] as const;
export const lane = z.enum(lanes);
export type Lane = z.output<typeof lane>;

/**
 * SQL for the turn that an export takes when it begins to wait: one after what its tenant has waiting already, but none
 * before what the lane has come to. So tenants are served in turns, whatever the length of their lines, and whoever had
 * nothing waiting saves up no right to be served before all others.
 *
 * It is as exact as what it reads: two transactions at once may take the same turn, and then the first come is first.
 * Where nothing waits or runs in a lane the turns begin at 1 again.
 *
 * @param tenant a parameter or column
 * @param inLane a parameter, column or literal
 */
export function nextTurn(tenant: string, inLane: string): string {
  return `greatest(
    (select max(turn) from rowferry.exports where lane = ${inLane} and status = 'running'),
    (select min(turn) - 1 from rowferry.exports
      where lane = ${inLane} and status = 'queued' and deleted_at is null and not_before <= now()),
    (select max(turn) from rowferry.exports
      where tenant = ${tenant} and lane = ${inLane} and status = 'queued' and deleted_at is null),
    0) + 1`;
}

/**
 * Puts an export that waits behind the first one of another tenant that waits in its lane, where there is one: `$1` is
 * its id, `$2` its tenant and `$3` the lane. Those of its tenant that come after it follow, as each is let pass in turn.
 */
export const LET_PASS = `
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
