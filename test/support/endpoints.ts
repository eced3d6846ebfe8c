import { readFileSync } from 'node:fs';

// From the document, so that a new address is in every test that goes through all of them.
const { paths } = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, { security: object[] }>>;
};
/** A message that nobody has sent. */
const MESSAGE = '3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11';
const withCredential = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => security.length > 0)
    .map(([method]) => [method.toUpperCase(), path.replace('{notificationId}', MESSAGE)] as const),
);

/** Every address that names one thing of this kind, with the methods it takes. */
function endpointsOf(kind: string): (readonly [method: string, suffix: string])[] {
  const one = `/v1/${kind}/{id}`;
  return withCredential
    .filter(([, path]) => path.startsWith(one))
    .map(([method, path]) => [method, path.slice(one.length)] as const);
}

export const exportEndpoints = endpointsOf('exports');
export const webhookEndpoints = endpointsOf('webhooks');
export const scheduleEndpoints = endpointsOf('schedules');

/** Every address that needs a credential, for an export or a webhook of this id. */
export function allEndpoints(id: string): (readonly [method: string, path: string])[] {
  return withCredential.map(([method, path]) => [method, path.replace('{id}', id)] as const);
}
