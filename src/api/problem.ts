import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { isDatabaseAway } from '../db/database-away.ts';
import { AppError } from '../errors.ts';
import type { AppErrorOptions } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** HTTP status and title of every problem the API answers with; listed in docs/api.md and in the OpenAPI document. */
export const problems = {
  malformed_body: { status: 400, title: 'The request body is not JSON' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A valid API key or token is needed' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  idempotency_key_in_flight: { status: 409, title: 'The same request is being answered' },
  already_ended: { status: 409, title: 'The export has ended' },
  not_failed: { status: 409, title: 'The export has not failed' },
  nothing_to_retry: { status: 409, title: 'Nothing has failed' },
  not_ready: { status: 409, title: 'There is no file yet' },
  too_many_bulk_exports: { status: 409, title: 'Too many bulk exports at once' },
  too_many_schedules: { status: 409, title: 'Too many schedules' },
  too_many_targets: { status: 409, title: 'Too many targets for one export' },
  too_many_webhooks: { status: 409, title: 'Too many webhooks' },
  webhook_disabled: { status: 409, title: 'The webhook is disabled' },
  webhooks_off: { status: 409, title: 'There are no webhooks here' },
  expired: { status: 410, title: 'The file is gone' },
  export_deleted: { status: 410, title: 'The export was deleted' },
  body_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body has another type' },
  preview_too_large: { status: 422, title: 'The first rows are too large to be shown' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another request' },
  limit_reached: { status: 429, title: 'A limit is reached' },
  too_many_at_once: { status: 429, title: 'Too many requests at once' },
  too_many_failures: { status: 429, title: 'Too many failed attempts' },
  too_many_streams: { status: 429, title: 'Too many streams are open' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Temporarily not available' },
  streams_full: { status: 503, title: 'No more streams can be opened' },
  preview_timed_out: { status: 504, title: 'The first rows did not come in time' },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>;

/** The stable name of a problem. */
export type ProblemCode = keyof typeof problems;

export function problemType(code: ProblemCode): string {
  return `urn:rowferry:problem:${code}`;
}

/** Thrown by body-parser; its `type` is part of its documented interface. */
const bodyErrors: Readonly<Record<string, ProblemCode>> = {
  'entity.parse.failed': 'malformed_body',
  'entity.too.large': 'body_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
  'request.aborted': 'malformed_body',
  'request.size.invalid': 'malformed_body',
};

/** A problem that carries headers of its own. */
export class HeadedProblem extends AppError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    options: AppErrorOptions & { headers: Readonly<Record<string, string>> },
  ) {
    super(code, message, options);
    this.headers = options.headers;
  }
}

export function notFound(): AppError {
  return new AppError('not_found', 'There is nothing at this address, or nothing that you may see.');
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
    const problem = told(error);
    if (problems[problem.code].status >= 500)
      logger.error({ err: error, path: request.path }, 'request failed');
    if (error instanceof HeadedProblem) response.set(error.headers);
    sendProblem(response, problem);
  };
}

/** Answers with what the client is told. */
export function sendProblem(response: Response, { code, message, details }: Told): void {
  const { status, title } = problems[code];
  if (status === 503) response.set('Retry-After', '5');
  if (code === 'idempotency_key_in_flight') response.set('Retry-After', '1');
  if (status === 429) {
    const { retryAfterSeconds = 1 } = details;
    response.set('Retry-After', `${Number(retryAfterSeconds)}`);
  }
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: problemType(code), title, status, detail: message, code, ...details }));
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

/** What the client is told; everything that it is not told about is in the log. */
export type Told = Pick<AppError, 'message' | 'details'> & { code: ProblemCode };

function told(error: unknown): Told {
  if (error instanceof AppError && isProblem(error.code)) {
    return { code: error.code, message: error.message, details: error.details };
  }
  const type = typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
  const code = bodyErrors[type];
  if (code !== undefined) return { code, message: bodyAdvice[code] ?? '', details: {} };
  if (error instanceof URIError) return told(notFound());
  if ((error instanceof AppError && error.retryable) || isDatabaseAway(error)) return unavailable;
  const message = 'It has been logged. Try again, or tell the operator when.';
  return { code: 'internal_error', message, details: {} };
}

export const unavailable: Told = {
  code: 'unavailable',
  message: 'A part of the service does not answer. Try again in a moment.',
  details: {},
};

function isProblem(code: string): code is ProblemCode {
  return code in problems;
}

const bodyAdvice: Partial<Readonly<Record<ProblemCode, string>>> = {
  malformed_body: 'Send one complete JSON object.',
  body_too_large: 'A request for an export is small; leave out what does not belong to it.',
  unsupported_media_type: 'Send `Content-Type: application/json` in UTF-8.',
};
