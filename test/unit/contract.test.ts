// The check that all tests of the API rest on: what it must not let pass.
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { checkContract } from '../support/contract.ts';

const ADDRESS = 'http://localhost/v1/exports';
let accepted: Record<string, unknown>;
let headers: Record<string, string>;

beforeAll(async () => {
  const text = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8');
  const document = JSON.parse(text) as {
    paths: Record<
      string,
      { post: { responses: { '202': { content: Record<string, { example: Record<string, unknown> }> } } } }
    >;
  };
  accepted = document.paths['/v1/exports']?.post.responses['202'].content['application/json']?.example ?? {};
  headers = {
    'content-type': 'application/json; charset=utf-8',
    location: '/v1/exports/1',
    'retry-after': '1',
    'ratelimit-policy': '"subject-hour";q=200',
    ratelimit: '"subject-hour";r=199',
  };
});

const answer = (status: number, body: unknown, changed: Record<string, string | undefined> = {}) => {
  const given = Object.entries({ ...headers, ...changed }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return new Response(JSON.stringify(body), { status, headers: given });
};
const check = (response: Response, method = 'POST', address = ADDRESS) =>
  checkContract(method, address, response);

it('lets pass what the document describes, and leaves the body to be read', async () => {
  const response = answer(202, accepted);
  await check(response);
  expect(await response.json()).toEqual(accepted);
});

it('finds every difference', async () => {
  const found = async (response: Response, method?: string, address?: string) =>
    check(response, method, address).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
  expect(await found(answer(202, { ...accepted, extra: 1 }))).toContain('additional properties');
  expect(await found(answer(202, { ...accepted, status: 'done' }))).toContain('/status');
  expect(await found(answer(202, { ...accepted, id: 'x' }))).toContain('/id: must match format "uuid"');
  expect(await found(answer(202, accepted, { location: undefined }))).toContain(
    'the header Location is missing',
  );
  expect(await found(answer(202, accepted, { 'retry-after': 'soon' }))).toContain(
    'the header Retry-After is soon',
  );
  expect(await found(answer(202, accepted, { link: '<x>' }))).toContain('the header link is not described');
  expect(await found(answer(202, accepted, { 'content-type': 'text/html' }))).toContain(
    'its type is text/html',
  );
  expect(await found(answer(201, accepted))).toContain('it has no such status');
  expect(await found(answer(400, { code: 'invalid_request' }))).toContain('its type is application/json');
  expect(await found(answer(200, {}), 'GET', 'http://localhost/v1/secret')).toContain('not described at all');
  expect(await found(answer(405, {}), 'PUT')).toContain('the header Allow is missing');
  const gone = new Response('left over', { status: 202, headers: {} });
  expect(await found(gone, 'DELETE', `${ADDRESS}/1`)).toContain('it has no such status');
});
