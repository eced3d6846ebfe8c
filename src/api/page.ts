import type { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

interface Page<Item> {
  page: Item[];
  nextCursor: string | null;
  headers: { Link?: string };
}

/** At most so many of those after a position. */
type ReadPage<Item> = (limit: number, after: string | undefined) => Promise<Item[]>;

/**
 * One page of a listing by time, with the cursor and the `Link` header of the next.
 *
 * @param ids what ids look like in a position, if not like UUIDs
 */
export function pageOf<Item extends { position: string }>(
  path: string,
  query: PageQuery,
  read: ReadPage<Item>,
  ids?: z.ZodType,
): Promise<Page<Item>> {
  const decode = (cursor: string) => decodeCursor(cursor, ids);
  return pageBy(path, query, { positionOf: ({ position }) => position, decode }, read);
}

/** The same of a listing in another order; `decode` throws for what no position can be. */
export async function pageBy<Item>(
  path: string,
  query: PageQuery,
  { positionOf, decode }: { positionOf: (item: Item) => string; decode: (cursor: string) => string },
  read: ReadPage<Item>,
): Promise<Page<Item>> {
  const { limit, cursor } = query;
  const found = await read(limit + 1, cursor === undefined ? undefined : decode(cursor));
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  if (last === undefined) return { page, nextCursor: null, headers: {} };
  const nextCursor = encodeCursor(positionOf(last));
  const next = new URLSearchParams();
  const members: Readonly<Record<string, string | number | undefined>> = { ...query, cursor: nextCursor };
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) next.set(name, String(value));
  }
  return { page, nextCursor, headers: { Link: `<${path}?${next.toString()}>; rel="next"` } };
}
