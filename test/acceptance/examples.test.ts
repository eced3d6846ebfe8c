// The examples of docs/api.md and docs/client.md do what the pages say, as they stand.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeBlocks } from '../support/code-blocks.ts';
import { runCommand } from '../support/command.ts';
import { createKey, deploymentEnvironment, startApi, startWorker } from '../support/deployment.ts';
import { csvOf, readDiary } from '../support/diary.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const TIMEOUT_MS = 240_000;
const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const database = useTestDatabase();
const env = {
  ...deploymentEnvironment(database, useTestStore()),
  // Nobody is there, and nothing is sent: no worker runs when the examples ask to be told.
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'exports@example.org',
  PUBLIC_URL: 'https://exports.example.org',
  WEBHOOK_SECRET_KEY: randomBytes(32).toString('base64'),
};
let key: string;
let adminKey: string;
let diary: string;
let folder: string;

beforeAll(async () => {
  expect((await runCommand(['seed', '--users', '2', '--entries', '300'], env)).code).toBe(0);
  key = await createKey('user', '1', env, ['read', 'write', 'act-as']);
  adminKey = await createKey('admin', 'operations', env);
  diary = csvOf(await readDiary(database.pool, 1));
}, TIMEOUT_MS);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-examples-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a block in the folder, with `rowferry` on PATH. */
async function shell(code: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const command = join(bin, 'rowferry');
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/rowferry.mjs" "$@"\n`);
  await chmod(command, 0o755);
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
  const { stdout } = await run('sh', ['-ec', code], {
    cwd: folder,
    env: { ...env, LOG_LEVEL: 'warn', PATH: path, KEY: key, ADMIN_KEY: adminKey },
  });
  return stdout;
}

async function keyId(of: string): Promise<string> {
  const listed = (await runCommand(['keys', 'list'], env)).stdout.toString();
  return (
    listed
      .split('\n')
      .find((line) => line.includes(of.slice(0, 10)))
      ?.split(' ')[0] ?? ''
  );
}

describe('docs/api.md', () => {
  /** What the examples answer, by the heading they stand under. */
  const answers: Record<string, RegExp | RegExp[]> = {
    'API keys, for back ends': [/^id {7}[^]* is revoked; requests with it are refused/, /^\{"exports":\[\]/],
    Datasets: /^\{"datasets":\[\{"name":"diary"/,
    'Ask for an export':
      /^HTTP\/1.1 202 Accepted\r\n[^]*\r\nLocation: \/v1\/exports\/[^]*\r\nRetry-After: 1\r\n/,
    Preview: /"text":"title,year,[^]*"rows":20,"complete":false/,
    Watch: [
      /"status":"completed"/,
      /^retry: 1000\n\nevent: export\nid: \d+-[^]*"status":"completed"[^]*\n\n$/,
    ],
    Download: /^$/,
    History: /^\{"events":\[\{"at":"[^"]+","kind":"requested","attempt":0,"text":"The export was requested."/,
    'Bulk exports': [
      /^HTTP\/1.1 202 Accepted\r\n[^]*"status":"running"[^]*"subjects":"list"[^]*"total":2[^]*"status":"completed"[^]*"completed":2[^]*"rows":600[^]*"etaSeconds":0[^]*"failures":\[\]/,
      /^subject,status,rows,bytes,sha256,link,error\n1,completed,300,\d+,[0-9a-f]{64},https:[^,]*\/download,\n2,completed,300,/,
      /"status":"cancelling"[^]*"status":"preparing","round":2/,
    ],
    'Hearing about it':
      /"notify":\{"email":\["anna@example.org"\],"webhook":\{"url":"https:[^}]*"secret":"whsec_/,
    Cancel: /"status":"cancelled"/,
    Delete: /^HTTP\/1.1 204 No Content\r\n/,
    List: /^HTTP\/1.1 200 OK\r\n[^]*"exports":\[\{"id":/,
    Schedules: /^HTTP\/1.1 201 Created\r\n[^]*"nextRuns":\["/,
    Problems: /"code":"invalid_request","errors":\[\{"pointer":"\/bar","detail":"is not known here"\}\]/,
  };

  it('has examples that answer as it says', { timeout: TIMEOUT_MS }, async () => {
    const { url } = await startApi(env);
    const worker = await startWorker(env);
    const client = new RemoteClient(url, key);
    const { id } = await client.request({ dataset: 'diary' });
    await client.until(id, ['completed']);
    const bulk = async (...subjects: string[]) => {
      const started = ['bulk', 'start', 'diary', '--server', url, ...subjects];
      const { stdout } = await runCommand(started, { ...env, ROWFERRY_KEY: adminKey });
      return stdout.toString().split('\n')[0] ?? '';
    };
    const bulkId = await bulk('--subject', '1', '--subject', '2', '--wait');
    worker.child.kill('SIGTERM');
    await worker.ended;
    const form = ['--format', 'tsv', '--compression', 'zip', '--option', 'headers=labels'];
    const going = await bulk('--subject', '1', ...form);
    const { rows } = await database.pool.query(
      'select format, options from rowferry.bulk_exports where id = $1',
      [going],
    );
    expect(rows).toEqual([{ format: 'tsv', options: { compression: 'zip', headers: 'labels' } }]);
    const broken = await bulk('--all');
    await database.pool.query(
      `update rowferry.bulk_exports
          set status = 'failed', finished_at = now(), error_code = 'source_unavailable', error_message = 'Away.'
        where id = $1`,
      [broken],
    );
    const waiting = await client.request({ dataset: 'diary', format: 'json' });
    const spare = await keyId(await createKey('user', 'spare', env));
    const blocks = await codeBlocks('docs/api.md', 'sh');
    expect(blocks.map(({ heading }) => heading)).toEqual(expect.arrayContaining(Object.keys(answers)));
    const seen = new Map<string, number>();
    for (const { heading, code } of blocks) {
      const index = seen.get(heading) ?? 0;
      seen.set(heading, index + 1);
      const here = code
        .replaceAll('6f2c1de0-6a55-4f44-9d5a-0a4f4a1f3c11', spare)
        .replaceAll('http://localhost:3000', url)
        .replaceAll('48c6a37f-8c7e-461f-9cd4-edbf09688108', id)
        .replaceAll('9288b2cf-8f86-4fcc-9619-80668f5cd920', waiting.id)
        .replaceAll('9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11', bulkId)
        .replaceAll('1c2a4be2-2f0d-4c53-9a5e-90cf4b6d1c77', going)
        .replaceAll('77d0c1f4-40f3-4b55-8e0b-1f6f4f1f1a02', broken);
      const answer = [answers[heading]].flat()[index];
      if (answer === undefined) throw new Error(`say what example ${index} under "${heading}" answers`);
      expect(await shell(here), heading).toMatch(answer);
    }
    expect(await readFile(join(folder, 'diary.csv'), 'utf8')).toBe(diary);
  });
});

describe('docs/client.md', () => {
  it('has commands that run as they stand', { timeout: TIMEOUT_MS }, async () => {
    const { url } = await startApi(env);
    await startWorker(env);
    const [block, ...others] = await codeBlocks('docs/client.md', 'sh');
    expect(others).toEqual([]);
    const output = await shell((block?.code ?? '').replaceAll('http://localhost:3000', url));
    expect(output).toMatch(/ {2}completed +300 rows .* diary csv\n$/);
    expect(await readFile(join(folder, 'diary.csv'), 'utf8')).toBe(diary);
  });

  it('has programs that hold their types and run', { timeout: TIMEOUT_MS }, async () => {
    const { url } = await startApi(env);
    await startWorker(env);
    const blocks = await codeBlocks('docs/client.md', 'ts');
    const files = blocks.map((_, index) => `example${index}.ts`);
    for (const [index, { code }] of blocks.entries()) await writeFile(join(folder, files[index] ?? ''), code);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    // Of another program, with the compiler's strict settings and not those of this project.
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'ES2023',
      module: 'NodeNext',
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: { 'rowferry/client': [join(ROOT, 'src/client/index.ts')] },
    };
    const project = join(folder, 'tsconfig.json');
    await writeFile(project, JSON.stringify({ compilerOptions, files }));
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);
    const outputs: string[] = [];
    for (const file of files) {
      const { stdout } = await run(
        process.execPath,
        ['--import', join(ROOT, 'node_modules/tsx/dist/loader.mjs'), join(folder, file)],
        { cwd: folder, env: { ROWFERRY_URL: url, ROWFERRY_KEY: key, TSX_TSCONFIG_PATH: project } },
      );
      outputs.push(stdout);
    }
    expect(outputs).toHaveLength(2);
    expect(outputs[0]).toMatch(/^300 rows, \d+ bytes, SHA-256 [0-9a-f]{64}\n$/);
    expect(await readFile(join(folder, 'diary.csv'), 'utf8')).toBe(diary);
    expect(outputs[1]).toMatch(
      /^\/params\/userId must be the number of a user\n[0-9a-f-]{36} completed 300\n/,
    );
  });
});
