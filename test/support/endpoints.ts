/** A message that nobody has sent. */
const MESSAGE = '3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11';

/** Every address that names one export, with the methods it takes. */
export const exportEndpoints = [
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/cancel'],
  ['GET', '/download'],
  ['GET', '/notifications'],
  ['POST', `/notifications/${MESSAGE}/redeliver`],
] as const;

/** Every address that names one webhook, with the methods it takes. */
export const webhookEndpoints = [
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/rotate'],
  ['POST', '/enable'],
  ['GET', '/deliveries'],
  ['POST', `/deliveries/${MESSAGE}/redeliver`],
] as const;

/** Every address below `/v1`, for an export or a webhook of this id. */
export function allEndpoints(id: string): (readonly [method: string, path: string])[] {
  return [
    ['GET', '/v1/datasets'],
    ['POST', '/v1/exports'],
    ['GET', '/v1/exports'],
    ...exportEndpoints.map(([method, suffix]) => [method, `/v1/exports/${id}${suffix}`] as const),
    ['POST', '/v1/webhooks'],
    ['GET', '/v1/webhooks'],
    ...webhookEndpoints.map(([method, suffix]) => [method, `/v1/webhooks/${id}${suffix}`] as const),
  ];
}
