import { z } from 'zod';
import { invalidRequest } from './parse-request.ts';

/** What a timestamp of PostgreSQL looks like inside a position. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;

/** Makes a place in a listing opaque, so that nobody builds one. */
export function encodeCursor(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/**
 * @param ids what ids look like there
 * @throws AppError `invalid_request` for anything {@link encodeCursor} did not make
 */
export function decodeCursor(cursor: string, ids: z.ZodType = z.uuid()): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  const [createdAt = '', id, ...rest] = position.split('/');
  const isTime = TIMESTAMP.test(createdAt) && !Number.isNaN(Date.parse(createdAt.slice(0, 19)));
  if (isTime && ids.safeParse(id).success && rest.length === 0) return position;
  throw invalidRequest({ parameter: 'cursor', detail: 'is not a cursor that a listing returned' });
}
