import type { RequestHandler } from 'express';
import { sendProblem, unavailable } from './problem.ts';
import { routedPath } from './routed-path.ts';

/**
 * Answers 503 when a request has no answer after this time: a part of the service that hangs must not make its clients
 * hang too. Handlers learn by the signal of their call that the answer has been given.
 *
 * @param except addresses that have a limit of their own
 */
export function answerInTime(timeoutMs: number, except: ReadonlySet<string>): RequestHandler {
  return (request, response, next) => {
    if (except.has(routedPath(request))) {
      next();
      return;
    }
    const timer = setTimeout(() => {
      // The time is the service's own: a client that sends slowly has another limit.
      if (!request.complete) {
        timer.refresh();
        return;
      }
      if (!response.headersSent) sendProblem(response, unavailable);
    }, timeoutMs);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
