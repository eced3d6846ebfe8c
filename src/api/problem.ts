import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { isDatabaseAway } from '../db/database-away.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** A JSON pointer (RFC 6901) into the request body, or the name of a query parameter, and what is wrong there. */
interface Fault {
  pointer?: string;
  parameter?: string;
  detail: string;
}

const internal = { status: 500, title: 'Something went wrong here' };

/** HTTP status and title of every problem the API answers with; listed in docs/api.md. */
const problems: Readonly<Record<string, { status: number; title: string }>> = {
  malformed_body: { status: 400, title: 'The request body is not JSON' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A valid API key or token is needed' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  idempotency_key_in_flight: { status: 409, title: 'The same request is being answered' },
  already_ended: { status: 409, title: 'The export has ended' },
  not_ready: { status: 409, title: 'There is no file yet' },
  expired: { status: 410, title: 'The file is gone' },
  export_deleted: { status: 410, title: 'The export was deleted' },
  body_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body must be JSON' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  limit_reached: { status: 429, title: 'A limit is reached' },
  too_many_at_once: { status: 429, title: 'Too many requests at once' },
  too_many_failures: { status: 429, title: 'Too many failed attempts' },
  internal_error: internal,
  unavailable: { status: 503, title: 'Temporarily not available' },
};

/** Thrown by body-parser; its `type` is part of its documented interface. */
const bodyErrors: Readonly<Record<string, string>> = {
  'entity.parse.failed': 'malformed_body',
  'entity.too.large': 'body_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
  'request.aborted': 'malformed_body',
  'request.size.invalid': 'malformed_body',
};

export function notFound(): AppError {
  return new AppError('not_found', 'There is nothing at this address, or nothing that you may see.');
}

/** Parses by a schema; what is wrong is said with a pointer to each place. */
export function parseOrThrow<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  where: 'body' | 'query',
  prefix = '',
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue): Fault[] => {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return unknown.map((key) => {
      const path = [...issue.path.map(String), ...(key === undefined ? [] : [key])];
      const detail = key === undefined ? issue.message : 'is not known here';
      return where === 'query'
        ? { parameter: path.join('.'), detail }
        : { pointer: prefix + pointerOf(path), detail };
    });
  });
  throw new AppError('invalid_request', 'See `errors` for what to change.', { details: { errors } });
}

/** Answers with an RFC 9457 problem document. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response: Response, next) => {
    if (response.writableEnded) {
      // The client was told already that it takes too long.
      logger.warn({ err: error, path: request.path }, 'request failed after it was answered');
      return;
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = toAppError(error);
    if (statusOf(problem) >= 500) logger.error({ err: error, path: request.path }, 'request failed');
    sendProblem(response, problem);
  };
}

/** @param problem with a code of the list above */
export function sendProblem(response: Response, problem: AppError): void {
  const { code, message, details } = problem;
  const { status, title } = problems[code] ?? internal;
  if (status === 503) response.set('Retry-After', '5');
  if (code === 'idempotency_key_in_flight') response.set('Retry-After', '1');
  if (status === 429) {
    const { retryAfterSeconds = 1 } = details;
    response.set('Retry-After', `${Number(retryAfterSeconds)}`);
  }
  const type = `urn:rowferry:problem:${code}`;
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type, title, status, detail: message, code, ...details }));
}

function statusOf({ code }: AppError): number {
  return (problems[code] ?? internal).status;
}

export const unknownAddress: RequestHandler = () => {
  throw notFound();
};

/** For the methods that a known address does not take. */
export function onlyMethods(...methods: string[]): RequestHandler {
  return (_request, response) => {
    response.set('Allow', methods.join(', '));
    throw new AppError('method_not_allowed', `Use ${methods.join(' or ')} here.`);
  };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError && error.code in problems) return error;
  const type = typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
  const code = bodyErrors[type];
  if (code !== undefined) return new AppError(code, bodyAdvice[code] ?? '');
  if (error instanceof URIError) return notFound();
  if ((error instanceof AppError && error.retryable) || isDatabaseAway(error)) {
    return new AppError('unavailable', 'A part of the service does not answer. Try again in a moment.');
  }
  return new AppError('internal_error', 'It has been logged. Try again, or tell the operator when.');
}

const bodyAdvice: Readonly<Record<string, string>> = {
  malformed_body: 'Send one complete JSON object.',
  body_too_large: 'A request for an export is small; leave out what does not belong to it.',
  unsupported_media_type: 'Send `Content-Type: application/json` in UTF-8.',
};

function pointerOf(path: readonly string[]): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
