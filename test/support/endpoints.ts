import { readFileSync } from 'node:fs';

// From the document, so that a new address is in every test that goes through all of them.
const { paths } = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, { security: object[] }>>;
};
const withCredential = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => security.length > 0)
    .map(([method]) => [method.toUpperCase(), path] as const),
);
const ONE_EXPORT = '/v1/exports/{id}';

/** Every address that names one export, with the methods it takes. */
export const exportEndpoints = withCredential
  .filter(([, path]) => path.startsWith(ONE_EXPORT))
  .map(([method, path]) => [method, path.slice(ONE_EXPORT.length)] as const);

/** Every address that needs a credential, for an export of this id. */
export function allEndpoints(id: string): (readonly [method: string, path: string])[] {
  return withCredential.map(([method, path]) => [method, path.replace('{id}', id)] as const);
}
