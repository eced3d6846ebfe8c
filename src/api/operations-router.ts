import type { Writable } from 'node:stream';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Identity } from '../auth/identity.ts';
import type { ActedBy } from '../db/audit-log.ts';
import { AppError } from '../errors.ts';
import { actedBy } from './acted-by.ts';
import { identityOf } from './authenticate.ts';
import type { Operation, ResponseSpec } from './contract/operation.ts';
import { readHeaders } from './headers.ts';
import { parseOrThrow } from './parse-request.ts';
import { notFound, onlyMethods } from './problem.ts';

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Part<Definition, Name extends string> =
  Definition extends Readonly<Record<Name, infer Schema>> ? Parsed<Schema> : undefined;

/** A request as its operation declares it, every part parsed. */
interface Call<Definition extends Operation> {
  params: Part<Definition, 'params'>;
  query: Part<Definition, 'query'>;
  headers: Part<Definition, 'headers'>;
  body: Part<Definition, 'body'>;
  /** Not read yet: the handler reads it, by ./upload.ts. */
  form: Definition extends Readonly<Record<'form', unknown>> ? Request : undefined;
  identity: Definition['auth'] extends 'none' ? undefined : Identity;
  /** The same, as the audit log writes it. */
  by: Definition['auth'] extends 'none' ? undefined : ActedBy;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
}

type Filled<Name extends string, Schema> = Schema extends z.ZodType
  ? Readonly<Record<Name, z.input<Schema>>>
  : Readonly<Partial<Record<Name, undefined>>>;
type Member<Spec, Name extends string> = Spec extends Readonly<Record<Name, infer Value>> ? Value : undefined;

/** One of the answers that the operation declares. */
type Answer<Definition extends Operation> = {
  [Status in keyof Definition['responses'] & number]: { status: Status } & Filled<
    'body',
    Member<Definition['responses'][Status], 'body'>
  > &
    Filled<'headers', Member<Definition['responses'][Status], 'headers'>> &
    (Member<Definition['responses'][Status], 'events'> extends z.ZodType
      ? { stream: (out: Writable) => void }
      : { stream?: undefined });
}[keyof Definition['responses'] & number];

export type Operations = Readonly<Record<string, Operation>>;

/** One handler for each operation: an endpoint that is not documented cannot be written, nor the other way round. */
export type Handlers<All extends Operations> = {
  [Name in keyof All]: (call: Call<All[Name]>) => Answer<All[Name]> | Promise<Answer<All[Name]>>;
};

interface PlainAnswer {
  status: number;
  headers?: Readonly<Record<string, string | number | undefined>> | undefined;
  body?: unknown;
  /** Sends the body as it comes, and ends it. */
  stream?: ((out: Writable) => void) | undefined;
}
type PlainCall = Record<keyof Call<Operation>, unknown>;
type PlainHandler = (call: PlainCall) => PlainAnswer | Promise<PlainAnswer>;

const noQuery = z.strictObject({});

/**
 * Serves the operations. Each request is parsed by its operation before the handler sees it; other methods of their
 * addresses are refused. `readBody` makes what goes before those that take a body.
 */
export function operationsRouter<All extends Operations>(
  operations: All,
  handlers: Handlers<All>,
  readBody: (operation: Operation) => readonly RequestHandler[] = () => [],
): Router {
  const router = Router();
  for (const members of byPath(operations)) {
    const route = router.route(members[0].path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const operation of members) {
      // What each handler takes and gives is checked where it is written; here they are all alike.
      const handler = handlers[operation.name] as unknown as PlainHandler;
      if (operation.body !== undefined) route[operation.method](...readBody(operation));
      route[operation.method](serve(operation, handler));
    }
    route.all(onlyMethods(...members.map(({ method }) => method.toUpperCase()).sort()));
  }
  return router;
}

type Named = Operation & { name: string };

/** Fixed addresses come before those with a parameter in the same place: `{` sorts after every letter. */
function byPath(operations: Operations): [Named, ...Named[]][] {
  const groups = new Map<string, [Named, ...Named[]]>();
  for (const [name, operation] of Object.entries(operations)) {
    const member = { ...operation, name };
    const group = groups.get(operation.path);
    if (group === undefined) groups.set(operation.path, [member]);
    else group.push(member);
  }
  return [...groups.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}

function serve(operation: Operation, handler: PlainHandler): RequestHandler {
  return async (request, response) => {
    const left = new AbortController();
    response.once('close', () => left.abort());
    try {
      const answer = await handler({ ...parse(operation, request), signal: left.signal });
      send(response, operation.responses[answer.status], answer);
    } catch (error) {
      // Then nobody is there to be told.
      if (error !== left.signal.reason) throw error;
    }
  };
}

function parse(operation: Operation, request: Request): Omit<PlainCall, 'signal'> {
  const { params, query, headers, body, form, auth } = operation;
  const identity = auth === 'none' ? undefined : identityOf(request);
  if (auth === 'admin' && identity?.roles.includes('admin') !== true) {
    throw new AppError('forbidden', 'Only an admin may do this.');
  }
  const address = params?.safeParse(request.params);
  if (address?.success === false) throw notFound();
  if (body !== undefined && !request.is('application/json')) {
    throw new AppError('unsupported_media_type', 'Send `Content-Type: application/json` in UTF-8.');
  }
  const parsedQuery = parseOrThrow(query ?? noQuery, request.query, 'query');
  if (form !== undefined && !request.is('multipart/form-data')) {
    throw new AppError('unsupported_media_type', 'Send the file as `multipart/form-data`.');
  }
  return {
    params: address?.data,
    query: parsedQuery,
    headers: headers && readHeaders(request, headers),
    body: body && parseOrThrow(body, request.body, 'body'),
    form: form && request,
    identity,
    by: identity && actedBy(request, identity),
  };
}

function send(response: Response, spec: ResponseSpec | undefined, answer: PlainAnswer): void {
  response.status(answer.status);
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) response.set(name, String(value));
  }
  if (answer.stream !== undefined) sendStream(response, answer.stream);
  else if (spec?.body === undefined) response.end();
  else response.json(answer.body);
}

function sendStream(response: Response, stream: (out: Writable) => void): void {
  response.type('text/event-stream');
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  stream(response);
}
