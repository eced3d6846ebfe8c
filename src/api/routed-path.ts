import type { Request } from 'express';

/** The path of a request as Express routes it: without regard to letters, or to a slash at the end. */
export function routedPath({ path }: Pick<Request, 'path'>): string {
  return path.toLowerCase().replace(/(?<=.)\/$/, '');
}
