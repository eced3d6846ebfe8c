import type { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/**
 * One page of a listing, with the cursor and the `Link` header of the next.
 *
 * @param read at most so many of those after a position
 * @param ids what ids look like in a position, if not like UUIDs
 */
export async function pageOf<Item extends { position: string }>(
  path: string,
  query: PageQuery,
  read: (limit: number, after: string | undefined) => Promise<Item[]>,
  ids?: z.ZodType,
): Promise<{ page: Item[]; nextCursor: string | null; headers: { Link?: string } }> {
  const { limit, cursor } = query;
  const found = await read(limit + 1, cursor === undefined ? undefined : decodeCursor(cursor, ids));
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  if (last === undefined) return { page, nextCursor: null, headers: {} };
  const nextCursor = encodeCursor(last.position);
  const next = new URLSearchParams();
  const members: Readonly<Record<string, string | number | undefined>> = { ...query, cursor: nextCursor };
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) next.set(name, String(value));
  }
  return { page, nextCursor, headers: { Link: `<${path}?${next.toString()}>; rel="next"` } };
}
