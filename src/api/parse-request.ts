import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** Where in the request something is wrong, and what. */
interface Fault {
  /** JSON pointer (RFC 6901) into the body. */
  pointer?: string;
  /** Name of a query parameter. */
  parameter?: string;
  /** Name of a header. */
  header?: string;
  detail: string;
}

export type RequestPart = 'body' | 'query' | 'headers';

/** @throws AppError `invalid_request` that says what is wrong at each place */
export function parseOrThrow<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  part: RequestPart,
  prefix = '',
): z.output<Schema> {
  const parsed = schema.safeParse(input, { error: unknownMember });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue): Fault[] => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return unknown.map((key) => {
      const path = [...issue.path.map(String), ...(key === undefined ? [] : [key])];
      return { ...placeOf(path, part, prefix), detail: issue.message };
    });
  });
  throw invalidRequest(...faults);
}

/** Where the schema itself says nothing of members that it does not know. */
const unknownMember: z.core.$ZodErrorMap = ({ code }) =>
  code === 'unrecognized_keys' ? 'is not known here' : undefined;

export function invalidRequest(...errors: Fault[]): AppError {
  return new AppError('invalid_request', 'See `errors` for what to change.', { details: { errors } });
}

function placeOf(path: readonly string[], part: RequestPart, prefix: string): Omit<Fault, 'detail'> {
  if (part === 'query') return { parameter: path.join('.') };
  if (part === 'headers') return { header: path.join('.') };
  return {
    pointer: prefix + path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
  };
}
