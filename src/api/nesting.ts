import type { RequestHandler } from 'express';
import { invalidRequest } from './parse-request.ts';

/**
 * Refuses bodies that are nested deeper than anybody means: a body of a few kilobytes can have thousands of levels, and
 * what walks them, such as JSON.stringify, runs out of stack.
 */
export function refuseDeepBodies(maxDepth: number): RequestHandler {
  return (request, _response, next) => {
    if (!isWithin(request.body, maxDepth)) {
      throw invalidRequest({ pointer: '', detail: `is nested more than ${maxDepth} levels deep` });
    }
    next();
  };
}

/** Goes no deeper than `levels` itself. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1));
}
