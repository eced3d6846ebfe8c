import { z } from 'zod';
import type { AuditAct } from '../../db/audit-log.ts';
import type { ProblemCode } from '../problem.ts';

/** An answer that is no problem. */
export interface ResponseSpec {
  description: string;
  /** Names as they are documented, e.g. `Retry-After`. */
  headers?: z.ZodObject;
  /** JSON; left out where there is nothing to say. */
  body?: z.ZodType;
  /** Server-sent events instead of a body; what the data of each is. */
  events?: z.ZodType;
  example?: unknown;
}

/**
 * One method of one address: what it takes and what it answers. The requests are parsed by it, the handlers typed, and
 * the OpenAPI document made from it, so none of them can say something else than the others.
 */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As in OpenAPI: `/v1/exports/{id}`. */
  path: `/${string}`;
  tag:
    | 'exports'
    | 'bulk-exports'
    | 'imports'
    | 'schedules'
    | 'notifications'
    | 'webhooks'
    | 'admin'
    | 'datasets'
    | 'service';
  summary: string;
  description?: string;
  /**
   * `key`: below `/v1`, behind {@link authenticate}, with an API key or a token. `admin`: one of an admin, which is looked
   * at before the request is.
   */
  auth: 'key' | 'admin' | 'none';
  /** Of the address. One that does not fit is `not_found`: there can be nothing there. */
  params?: z.ZodObject;
  /** Strict, or a typing error would be taken for a default. None takes no parameters at all. */
  query?: z.ZodObject;
  /** Each may be there once; others are left alone. Those of {@link identityHeaders} come with `key`. */
  headers?: z.ZodObject;
  /** JSON. Where there is none, a body that is sent is not read. */
  body?: z.ZodType;
  /** It may be larger than others. */
  largeBody?: true;
  bodyExample?: unknown;
  /** Instead of `body`: multipart/form-data, the JSON of which comes first, and then one file, as a stream. */
  form?: { name: string; schema: z.ZodType; file: string };
  responses: Readonly<Record<number, ResponseSpec>>;
  /** The line that each success leaves in the audit log. Every operation that changes something has one. */
  audit?: AuditAct;
  /** What may go wrong here, besides what may everywhere: see `problemsOf`. */
  problems: readonly ProblemCode[];
}

/** For what load balancers ask: their probes add parameters of their own. */
export const anyQuery = z.looseObject({});

export function defineOperation<const Definition extends Operation>(operation: Definition): Definition {
  return operation;
}

/** Every problem an operation may answer with. */
export function problemsOf(operation: Operation): ProblemCode[] {
  const { method, auth, params, query, body, form, problems } = operation;
  return [
    ...(query === anyQuery ? [] : (['invalid_request'] as const)),
    ...(body === undefined && form === undefined
      ? []
      : (['malformed_body', 'body_too_large', 'unsupported_media_type'] as const)),
    ...(auth === 'none'
      ? []
      : (['unauthenticated', 'forbidden', 'too_many_failures', 'unavailable'] as const)),
    ...(auth === 'none' || method === 'get' ? [] : (['limit_reached'] as const)),
    ...(params === undefined ? [] : (['not_found'] as const)),
    'internal_error',
    ...problems,
  ];
}
