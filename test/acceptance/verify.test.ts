// rowferry verify, on files as people have them: downloaded, with the manifest saved beside.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { createKey, deploymentEnvironment, startApi, startWorker } from '../support/deployment.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { ROWS_DATASET } from '../support/rows.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const TIMEOUT_MS = 240_000;
const database = useTestDatabase();
const env = { ...deploymentEnvironment(database, useTestStore()), ...ROWS_DATASET };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

const verify = async (...args: string[]) => {
  const { code, stdout, stderr } = await runCommand(['verify', ...args]);
  return { code, text: stdout.toString() + stderr };
};

it('checks a file without any server, and says where it is wrong', { timeout: TIMEOUT_MS }, async () => {
  const pair = (await runCommand(['keys', 'signing', '--new'])).stdout.toString();
  const [, privateKey = ''] = /^MANIFEST_SIGNING_KEY=(\S+)$/m.exec(pair) ?? [];
  const [, publicKey = ''] = /^public key {2}(\S+)$/m.exec(pair) ?? [];
  const signed = { ...env, MANIFEST_SIGNING_KEY: privateKey };
  expect((await runCommand(['keys', 'signing'], signed)).stdout.toString()).toContain(publicKey);
  const file = join(folder, 'rows.csv');
  const manifest = `${file}.manifest.json`;
  const { url } = await startApi(env);
  await startWorker(signed);
  const client = new RemoteClient(url, await createKey('admin', 'operator', env));
  const { id } = await client.request({ dataset: 'rows', params: { count: 5000 } });
  await client.until(id, ['completed']);
  await writeFile(file, (await client.download(id)).text);
  await writeFile(manifest, await (await client.fetch(`/v1/exports/${id}/manifest`)).text());

  const whole = await verify(file, '--key', publicKey);
  expect(whole.text).toMatch(/✓ signature +by key [\da-f]{16}\n✓ size .*\n✓ SHA-256 .*\n✓ rows +5000, /);
  expect(whole.code).toBe(0);

  const changed = join(folder, 'changed.csv');
  const lines = (await readFile(file, 'utf8')).split('\n');
  lines[100] = `${lines[100]},more`;
  await writeFile(changed, lines.join('\n'));
  const found = await verify(changed, '--manifest', manifest);
  expect(found.text).toMatch(/\? signature .*\n✗ size .*\n✗ SHA-256 .*\n✗ rows +line 101: it has/);
  expect(found.code).toBe(1);

  const forged = join(folder, 'forged.json');
  const document = await readFile(manifest, 'utf8');
  await writeFile(forged, document.replace('"subject":"operator"', '"subject":"somebody"'));
  const forgery = await verify(file, '--manifest', forged, '--key', publicKey);
  expect(forgery.text).toMatch(/✗ signature .*\n✓ size/);
  expect(forgery.code).toBe(1);
});

it('says what it lacks', async () => {
  const alone = join(folder, 'alone.csv');
  await writeFile(alone, 'id\n');
  const { code, text } = await verify(alone);
  expect(text).toMatch(/alone\.csv\.manifest\.json is no manifest: .*ENOENT/);
  expect(code).toBe(1);
  expect((await verify(alone, '--key', 'abc')).text).toContain('`rowferry keys signing` shows');
  const worker = await runCommand(['worker'], { ...env, MANIFEST_SIGNING_KEY: 'bm8ga2V5' });
  expect(worker.stderr).toContain('MANIFEST_SIGNING_KEY is no Ed25519 private key');
  expect(worker.code).toBe(1);
});
