import { z } from 'zod';
import { problems, problemType } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { pollHeaders, rateLimitHeaders } from './headers.ts';

const fault = z
  .strictObject({
    pointer: z.string().optional().describe('JSON pointer (RFC 6901) into the body.'),
    parameter: z.string().optional().describe('Name of a query parameter.'),
    header: z.string().optional().describe('Name of a header.'),
    detail: z.string().describe('What is wrong there.'),
  })
  .meta({ id: 'Fault' });

const retryAfterSeconds = z.int().min(1).describe('When to come back.');

/** Members that a problem has besides those of all. */
const members: Partial<Readonly<Record<ProblemCode, z.ZodRawShape>>> = {
  invalid_request: { errors: z.array(fault).min(1).describe('Each place where something is wrong.') },
  forbidden: { errors: z.array(fault).min(1).optional().describe('Where it is about a part of the body.') },
  limit_reached: {
    limit: z.strictObject({ name: z.string(), quota: z.int() }).describe('Which limit.'),
    retryAfterSeconds,
  },
  too_many_failures: { retryAfterSeconds },
};

const authenticate = { 'WWW-Authenticate': z.string().describe('How to authenticate (RFC 6750).') };

/** Headers that come with a problem. */
const headers: Partial<Readonly<Record<ProblemCode, z.ZodRawShape>>> = {
  unauthenticated: authenticate,
  method_not_allowed: { Allow: z.string().describe('The methods that the address takes.') },
  idempotency_key_in_flight: pollHeaders,
  limit_reached: { ...pollHeaders, ...rateLimitHeaders },
  too_many_at_once: pollHeaders,
  too_many_failures: pollHeaders,
  too_many_streams: pollHeaders,
  streams_full: pollHeaders,
  unavailable: pollHeaders,
};

/** Headers of an answer that may be any of these problems: one that does not come with all of them is optional. */
export function problemHeaders(codes: readonly ProblemCode[]): z.ZodObject | undefined {
  const shapes = codes.map((code) => headers[code] ?? {});
  const all = Object.assign({}, ...shapes) as Record<string, z.ZodType>;
  const entries = Object.entries(all).map(([name, schema]) => [
    name,
    shapes.every((shape) => name in shape) ? schema : schema.optional(),
  ]);
  return entries.length === 0 ? undefined : z.object(Object.fromEntries(entries) as z.ZodRawShape);
}

/** The RFC 9457 document of one problem. */
export function problemSchema(code: ProblemCode): z.ZodType {
  const { status, title } = problems[code];
  const name = code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return z
    .strictObject({
      type: z.literal(problemType(code)),
      title: z.literal(title),
      status: z.literal(status),
      detail: z.string().describe('What happened and what to do, for people.'),
      code: z.literal(code),
      ...members[code],
    })
    .meta({ id: `${name}Problem`, description: `${title}.` });
}

export function problemExample(code: ProblemCode): Readonly<Record<string, unknown>> {
  const { status, title } = problems[code];
  const examples: Partial<Record<ProblemCode, object>> = {
    invalid_request: { errors: [{ pointer: '/dataset', detail: 'is not one of diary' }] },
    limit_reached: { limit: { name: 'subject-hour', quota: 200 }, retryAfterSeconds: 1234 },
    too_many_failures: { retryAfterSeconds: 42 },
  };
  return {
    type: problemType(code),
    title,
    status,
    detail: code === 'invalid_request' ? 'See `errors` for what to change.' : `${title}.`,
    code,
    ...examples[code],
  };
}
