import type { Queryable } from './pool.ts';
import { lanes } from './turns.ts';

/** With more before it an export has no place: counting on would cost more than it tells. */
const MOST = 10_000;

/**
 * SQL for the places of those of some exports that wait, as rows of `id` and `place`: 1 is the next to be started in its
 * lane. One that is put aside until another attempt has the place that it would have if it were due.
 *
 * @param ids a parameter with the ids of the exports
 * @param inLanes a parameter with the lanes
 */
export function placesSql(ids: string, inLanes: string): string {
  return `select numbered.id, numbered.place from unnest(${inLanes}::text[]) as lanes (lane), lateral (
       select id, row_number() over (order by turn, not_before, id)::int as place
         from (select id, turn, not_before from rowferry.exports
                where lane = lanes.lane and status = 'queued' and deleted_at is null
                  and (not_before <= now() or id = any(${ids}::uuid[]))
                order by turn, not_before, id
                limit ${MOST}) first) numbered
      where numbered.id = any(${ids}::uuid[])`;
}

/** See {@link placesSql}. */
export async function readPlaces(
  database: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const { rows } = await database.query<{ id: string; place: number }>(placesSql('$1', '$2'), [ids, lanes]);
  return new Map(rows.map(({ id, place }) => [id, place]));
}
