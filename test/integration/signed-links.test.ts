import { expect, it } from 'vitest';
import { completeExport } from '../support/complete-export.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage);
const ask = async () => {
  const response = await api.call('POST', '/v1/exports', {
    body: { dataset: 'diary', params: { userId: '1' } },
  });
  return ((await response.json()) as { id: string }).id;
};

it('a link to the file is signed as JSON, once there is one and as long as it is there', async () => {
  const id = await ask();
  await expectProblem(await api.call('GET', `/v1/exports/${id}/link`), 409, 'not_ready');
  await completeExport(database, storage, id, Buffer.from('title\nAlien\n'));
  const response = await api.call('GET', `/v1/exports/${id}/link`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const { url, expiresInSeconds } = (await response.json()) as { url: string; expiresInSeconds: number };
  expect(expiresInSeconds).toBe(300);
  const file = await fetch(url);
  expect(await file.text()).toBe('title\nAlien\n');
  expect(file.headers.get('content-disposition')).toMatch(/^attachment/);
  await database.pool.query(`update rowferry.exports set status = 'expired' where id = $1`, [id]);
  await expectProblem(await api.call('GET', `/v1/exports/${id}/link`), 410, 'expired');
  await expectProblem(
    await api.call('GET', `/v1/exports/${id}/link`, { key: api.keys.second }),
    404,
    'not_found',
  );
});
