/** Every address that names one export, with the methods it takes. */
export const exportEndpoints = [
  ['GET', ''],
  ['DELETE', ''],
  ['POST', '/cancel'],
  ['GET', '/download'],
  ['GET', '/history'],
] as const;

/** Every address below `/v1`, for an export of this id. */
export function allEndpoints(id: string): (readonly [method: string, path: string])[] {
  return [
    ['GET', '/v1/datasets'],
    ['POST', '/v1/exports'],
    ['GET', '/v1/exports'],
    ...exportEndpoints.map(([method, suffix]) => [method, `/v1/exports/${id}${suffix}`] as const),
  ];
}
