import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand, startCommand } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { interrupt, served } from '../support/served-command.ts';

/** The first start makes a database and 205,000 rows; three of them run here on two busy cores. */
const TIMEOUT_MS = 240_000;

let home: string;
let env: Record<string, string>;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rowferry-home-'));
  // As root the embedded PostgreSQL runs as another user, who has to pass through here.
  await chmod(home, 0o711);
  env = { ROWFERRY_HOME: join(home, 'data'), PORT: String(await freePort()) };
});

afterEach(async () => {
  expect(processesOf(home), 'processes left behind').toEqual([]);
  await rm(home, { recursive: true, force: true });
});

/** Command lines that name the folder: our own processes and the servers they brought. */
function processesOf(folder: string): string[] {
  const table = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return table.split('\n').filter((line) => line.includes(folder));
}

it(
  'start --once: runs the main job, checks the file, and ends; the second time it reuses what is there',
  async () => {
    const first = await runCommand(['start', '--once'], env);
    const output = first.stdout.toString();
    expect(first.stderr).not.toMatch(/warning|error/i);
    expect(first.code).toBe(0);
    expect(output).toMatch(/POST \/v1\/exports → [0-9a-f-]{36}/);
    expect(output).toMatch(/✓ diary-\d{4}-\d\d-\d\d\.csv: 200,000 rows/);
    expect(output).toContain('title,year,director,rating,comment,watched_at,external_metadata_id');
    expect(output).toMatch(/https?:\/\/\S+X-Amz-Signature=/);
    expect(output).toMatch(
      /curl -L -H "Authorization: Bearer rwf_demo_\S+" -o diary-\S+\.csv http:\/\/localhost/,
    );
    expect(output).toMatch(/✓ downloaded and checked: 200,000 rows read back/);
    // Plain lines where there is no terminal.
    expect(output + first.stderr).not.toContain('\u001b');

    const credentials = join(home, 'data', 'credentials.json');
    expect(JSON.parse(await readFile(credentials, 'utf8'))).toEqual({
      user: { key: expect.stringMatching(/^rwf_demo_/) as string, subject: '1' },
      admin: { key: expect.stringMatching(/^rwf_demo_/) as string },
    });
    expect((await stat(credentials)).mode & 0o777).toBe(0o600);

    const before = await readFile(credentials, 'utf8');
    const second = await runCommand(['start', '--once'], env);
    expect(second.code).toBe(0);
    const sha = (text: string) => /SHA-256 ([0-9a-f]{64})/.exec(text)?.[1];
    expect(sha(second.stdout.toString())).toBe(sha(output));
    expect(await readFile(credentials, 'utf8')).toBe(before);
  },
  TIMEOUT_MS,
);

it(
  'start: serves until Ctrl-C and is gone within five seconds; after kill -9 the next start recovers',
  async () => {
    const first = startCommand(['start'], env);
    const url = await served(first);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const { user } = JSON.parse(await readFile(join(home, 'data', 'credentials.json'), 'utf8')) as {
      user: { key: string };
    };

    // The curl that is printed works as it stands, in a shell.
    const curl = /^ {2}(curl .*)$/m.exec(first.output())?.[1] ?? '';
    const printed = execFileSync('sh', ['-c', curl.replace(/-o \S+/, '-s')], { maxBuffer: 64_000_000 });
    expect(printed.toString()).toMatch(/^title,year,director/);

    const again = await runCommand(['start'], { ...env, PORT: String(await freePort()) });
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/in use|already/);
    expect(again.stderr).toContain(String(first.child.pid));

    first.child.kill('SIGKILL');
    await first.ended;
    const second = startCommand(['start'], env);
    const secondUrl = await served(second);
    const response = await fetch(`${secondUrl}/v1/exports`, {
      headers: { authorization: `Bearer ${user.key}` },
    });
    expect(((await response.json()) as { exports: unknown[] }).exports).toHaveLength(2);

    const { code, seconds } = await interrupt(second);
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(5);
  },
  TIMEOUT_MS,
);

it(
  'start: is gone within five seconds when it is interrupted before it is up',
  async () => {
    const command = startCommand(['start'], env);
    await command.printed(/starting/);
    const { seconds } = await interrupt(command);
    expect(seconds).toBeLessThan(5);
  },
  TIMEOUT_MS,
);

describe('start, when something is in the way', () => {
  it('names the port and how to take another', { timeout: TIMEOUT_MS }, async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const { code, stderr } = await runCommand(['start'], { ...env, PORT: String(port) });
    blocker.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Port ${port} is in use. Stop the program that uses it, or take another port: PORT=${port + 1} npm start\n`,
    );
  });

  it('says what to do about a home that is a file', async () => {
    const { code, stderr } = await runCommand(['start'], { ...env, ROWFERRY_HOME: '/etc/hostname' });
    expect(code).toBe(1);
    expect(stderr).toContain('ROWFERRY_HOME');
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  it('reports every wrong setting at once', async () => {
    const { code, stderr } = await runCommand(['start'], {
      ...env,
      PORT: 'http',
      DATABASE_URL: 'mysql://x',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(stderr).toContain(`  ${name}: `);
  });

  it('does not bring demo keys into production', async () => {
    const { code, stderr } = await runCommand(['start'], { ...env, NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(stderr).toContain('rowferry api');
  });
});
