import type { Request, RequestHandler } from 'express';
import { AppError } from '../errors.ts';
import { sendProblem } from './problem.ts';

const lateness = new WeakMap<Request, AbortSignal>();

/**
 * Answers 503 when a request has no answer after this time: a part of the service that hangs must not make its clients
 * hang too. What is still going on for the request learns of it by {@link lateSignalOf}.
 */
export function answerInTime(timeoutMs: number): RequestHandler {
  return (request, response, next) => {
    const late = new AbortController();
    lateness.set(request, late.signal);
    const timer = setTimeout(() => {
      // The time is the service's own: a client that sends slowly has another limit.
      if (!request.complete) {
        timer.refresh();
        return;
      }
      if (response.headersSent) return;
      late.abort(
        new AppError('unavailable', 'A part of the service does not answer. Try again in a moment.'),
      );
      sendProblem(response, late.signal.reason as AppError);
    }, timeoutMs);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}

/** Aborts when the client was told that its request failed, with what it was told. Only behind {@link answerInTime}. */
export function lateSignalOf(request: Request): AbortSignal {
  const signal = lateness.get(request);
  if (signal === undefined) throw new Error('the route is not behind answerInTime()');
  return signal;
}
