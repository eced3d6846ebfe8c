import type { Request } from 'express';
import type { z } from 'zod';
import { AppError } from '../errors.ts';

/**
 * A header that may be there once, parsed by a schema.
 *
 * @throws AppError `invalid_request` that names the header
 */
export function optionalHeader<Output>(
  request: Request,
  name: string,
  schema: z.ZodType<Output, string>,
): Output | undefined {
  const values = request.headersDistinct[name.toLowerCase()];
  if (values === undefined) return undefined;
  const [value = '', ...more] = values;
  if (more.length > 0) throw wrongHeader(name, 'must be there once');
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrongHeader(name, parsed.error.issues[0]?.message ?? 'is not valid');
}

function wrongHeader(header: string, detail: string): AppError {
  return new AppError('invalid_request', 'See `errors` for what to change.', {
    details: { errors: [{ header, detail }] },
  });
}
