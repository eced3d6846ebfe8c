import type { Operation } from './contract/operation.ts';

/** Methods that become labels; whatever else a client sends is `other`. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export interface Route {
  method: string;
  /** The template of an operation's address, as in OpenAPI; `other` for pages and what is not there. */
  route: string;
}

/** Tells which operation's address a request has, also of one that gets no further than a refusal. */
export function routeFinder(
  operations: Readonly<Record<string, Operation>>,
  more: readonly string[] = [],
): (method: string, path: string) => Route {
  const templates = [...new Set([...Object.values(operations).map(({ path }) => path as string), ...more])];
  const fixed = new Set(templates.filter((path) => !path.includes('{')));
  const patterns = templates
    .filter((path) => path.includes('{'))
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }));
  return (method, path) => ({
    method: METHODS.has(method) ? method : 'other',
    route: fixed.has(path) ? path : (patterns.find(({ pattern }) => pattern.test(path))?.path ?? 'other'),
  });
}
