import type { Request } from 'express';
import type { z } from 'zod';
import { invalidRequest, parseOrThrow } from './parse-request.ts';

/**
 * The headers that a schema names, as it parses them. Each may be there once.
 *
 * @throws AppError `invalid_request` that names the header
 */
export function readHeaders<Schema extends z.ZodObject>(
  { headersDistinct }: Pick<Request, 'headersDistinct'>,
  schema: Schema,
): z.output<Schema> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const [value, ...more] = headersDistinct[name.toLowerCase()] ?? [];
    if (more.length > 0) throw invalidRequest({ header: name, detail: 'must be there once' });
    if (value !== undefined) given[name] = value;
  }
  return parseOrThrow(schema, given, 'headers');
}
