import { AppError } from '../errors.ts';

/** What a position looks like inside: a timestamp of PostgreSQL and an id. */
const POSITION = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:?\d\d)?\/[0-9a-f-]{36}$/;

/** Makes a place in a listing opaque, so that nobody builds one. */
export function encodeCursor(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/** @throws AppError `invalid_request` for anything {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  if (POSITION.test(position)) return position;
  throw new AppError('invalid_request', 'See `errors` for what to change.', {
    details: { errors: [{ parameter: 'cursor', detail: 'is not a cursor that a listing returned' }] },
  });
}
