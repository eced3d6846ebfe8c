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
