import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { withLogFacts } from '../log-context.ts';
import type { Metrics } from '../metrics.ts';
import { inSpan } from '../tracing.ts';
import type { Route } from './route-of.ts';

const ids = new WeakMap<object, string>();

/** The request's id, which its log lines carry and `X-Request-Id` tells the client. */
export function requestIdOf(request: object): string {
  return ids.get(request) ?? '';
}

/**
 * Counts and times every request, gives it an id for the log, and makes it a span: of the trace that its `traceparent`
 * names, or of a new one.
 */
export function watchRequests(
  metrics: Metrics,
  routeOf: (method: string, path: string) => Route,
): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const route = routeOf(request.method, request.path);
    const requestId = randomUUID();
    ids.set(request, requestId);
    response.set('X-Request-Id', requestId);
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const { statusCode: status } = response;
      metrics.http.answered({ ...route, status, ...(isLasting(response) ? {} : { seconds }) });
    });
    void withLogFacts({ requestId }, () => trace(request, response, { ...route, requestId }, next));
  };
}

function trace(
  request: Request,
  response: Response,
  { method, route, requestId }: Route & { requestId: string },
  next: () => void,
): Promise<void> {
  const facts = {
    'http.request.method': method,
    'http.route': route,
    'rowferry.request.id': requestId,
  };
  const parent = request.get('traceparent');
  return inSpan(`${method} ${route}`, { kind: 'server', facts, parent }, async (span) => {
    const closed = new Promise((resolve) => response.once('close', resolve));
    next();
    await closed;
    span.add({ 'http.response.status_code': response.statusCode });
    if (response.statusCode >= 500) span.fail(String(response.statusCode));
  });
}

/** A stream of events takes as long as its client likes. */
function isLasting(response: Response): boolean {
  return String(response.get('Content-Type')).startsWith('text/event-stream');
}
