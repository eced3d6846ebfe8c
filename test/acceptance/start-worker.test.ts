import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCommand } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { interrupt, isAlive, served, workerOf } from '../support/served-command.ts';

const TIMEOUT_MS = 240_000;

let home: string;
let env: Record<string, string>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rowferry-home-'));
  // As root the embedded PostgreSQL runs as another user, who has to pass through here.
  await chmod(home, 0o711);
  env = { ROWFERRY_HOME: join(home, 'data'), PORT: String(await freePort()) };
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** Asks for the demo user's diary and resolves to a way to look at it. */
async function ask(url: string): Promise<() => Promise<string>> {
  const credentials = await readFile(join(home, 'data', 'credentials.json'), 'utf8');
  const { user } = JSON.parse(credentials) as { user: { key: string } };
  const headers = { authorization: `Bearer ${user.key}`, 'content-type': 'application/json' };
  const asked = await fetch(`${url}/v1/exports`, { method: 'POST', headers, body: '{"dataset":"diary"}' });
  const { id } = (await asked.json()) as { id: string };
  return async () => {
    const found = await fetch(`${url}/v1/exports/${id}`, { headers });
    return ((await found.json()) as { status: string }).status;
  };
}

it(
  'the worker of start is a process of its own; when it dies another one takes the exports',
  { timeout: TIMEOUT_MS },
  async () => {
    const command = startCommand(['start'], env);
    const url = await served(command);
    const worker = workerOf(command);
    process.kill(worker, 'SIGKILL');
    const status = await ask(url);
    await expect.poll(status, { timeout: 30_000 }).toBe('completed');
    const successor = workerOf(command);
    expect(successor).not.toBe(worker);
    expect(await readFile(join(home, 'data', 'rowferry.log'), 'utf8')).toMatch(/"signal":"SIGKILL".*another/);

    expect((await interrupt(command)).seconds).toBeLessThan(5);
    expect(isAlive(successor)).toBe(false);
  },
);

it('the worker of start ends with it, even when it is killed', { timeout: TIMEOUT_MS }, async () => {
  const command = startCommand(['start'], env);
  await served(command);
  const worker = workerOf(command);
  command.child.kill('SIGKILL');
  await command.ended;
  await expect.poll(() => isAlive(worker), { timeout: 5000 }).toBe(false);
  // What else it left behind, the next one adopts and takes along.
  const next = startCommand(['start'], env);
  await served(next);
  expect((await interrupt(next)).code).toBe(0);
});
