// What is generated from the operations of the API: the OpenAPI document, and from that the types of the client.
import openapiTypescript, { astToString } from 'openapi-typescript';
import type { OpenAPI3 } from 'openapi-typescript';
import { buildDocument } from '../src/api/contract/openapi-document.ts';

const notice = '// Generated from docs/openapi.json by `npm run docs`. Do not edit.';

/** Text of each file by its path from the root, before it is laid out. */
export async function generateContract(): Promise<Map<string, string>> {
  const document = JSON.stringify(buildDocument());
  // A default lets a client leave a member out, so it stays optional.
  const types = await openapiTypescript(JSON.parse(document) as OpenAPI3, { defaultNonNullable: false });
  return new Map([
    ['docs/openapi.json', document],
    ['src/client/schema.ts', `${notice}\n\n${astToString(types)}`],
  ]);
}
