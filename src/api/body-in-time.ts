import type { RequestHandler } from 'express';
import { routedPath } from './routed-path.ts';

/**
 * Cuts off clients that take too long to send a request. The server itself waits as long as a file may take.
 *
 * @param except the address that takes files
 */
export function bodyInTime(timeoutMs: number, except: string): RequestHandler {
  return (request, response, next) => {
    if (request.complete || routedPath(request) === except) {
      next();
      return;
    }
    const timer = setTimeout(() => {
      if (request.complete) return;
      if (!response.headersSent) response.status(408).set('Connection', 'close').end();
      request.socket.destroySoon();
    }, timeoutMs);
    const stop = () => clearTimeout(timer);
    request.once('end', stop).once('close', stop);
    next();
  };
}
