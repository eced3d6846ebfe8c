// rowferry request, list, wait, cancel and download, against a service with a worker.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runCommand, startCommand } from '../support/command.ts';
import { createKey, deploymentEnvironment, startApi, startWorker } from '../support/deployment.ts';
import { freePort } from '../support/free-port.ts';
import { ROWS_DATASET, rowsFile } from '../support/rows.ts';
import { hasTerminal, runOnTerminal } from '../support/terminal.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const TIMEOUT_MS = 240_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}\n$/;

const database = useTestDatabase();
const storage = useTestStore();
const env = { ...deploymentEnvironment(database, storage), ...ROWS_DATASET };
let folder: string;
let key: string;
/** Sent by the commands: they have the address and the key of the service, and none of its settings. */
const remote = (url: string, own = key) => ({ ROWFERRY_URL: url, ROWFERRY_KEY: own });

beforeAll(async () => {
  key = await createKey('admin', 'operator', env);
}, TIMEOUT_MS);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-remote-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('asks, waits, downloads and lists, with plain lines in a pipe', { timeout: TIMEOUT_MS }, async () => {
  const { url } = await startApi(env);
  await startWorker(env);
  const output = join(folder, 'rows.csv');
  const args = ['request', 'rows', '--param', 'count=60000', '--param', 'napMs=20', '-o', output];
  const done = await runCommand(args, remote(url));
  expect(done.stderr).toMatch(/^ {2}(queued|running): /);
  expect(done.stderr).not.toContain('\u001b');
  const file = await readFile(output);
  expect(file.toString() === rowsFile(60_000)).toBe(true);
  expect(done.stderr).toContain(`SHA-256 ${createHash('sha256').update(file).digest('hex')}`);
  expect(done.code).toBe(0);
  expect(done.stdout.toString()).toMatch(UUID);
  expect(await readdir(folder)).toEqual(['rows.csv']);

  const id = done.stdout.toString().trim();
  const again = await runCommand(['download', id, '-o', '-'], remote(url));
  expect(again.stdout.equals(file)).toBe(true);
  expect(again.code).toBe(0);

  const listed = await runCommand(['list', '--status', 'completed', '--limit', '1'], remote(url));
  expect(listed.stdout.toString()).toMatch(new RegExp(`^${id}  completed +60,000 rows .* rows csv\n$`));
  const asJson = await runCommand(['list', '--json'], remote(url));
  expect(JSON.parse(asJson.stdout.toString())).toMatchObject({ id, status: 'completed' });
});

it('makes and downloads a file of each format', { timeout: TIMEOUT_MS }, async () => {
  const { url } = await startApi(env);
  await startWorker(env);
  const asked = ['request', 'rows', '--param', 'count=3000', '--format', 'csv', '--format', 'json'];
  const early = await runCommand([...asked, '-o', join(folder, 'missing')], remote(url));
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('mkdir -p') as string });
  expect(early.stdout.toString()).toBe('');
  const piped = await runCommand([...asked, '-o', '-'], remote(url));
  expect(piped.stderr).toContain('Standard output takes one file, and 2 are asked for.');
  const done = await runCommand([...asked, '-o', folder], remote(url));
  expect(done.code).toBe(0);
  const names = (await readdir(folder)).sort();
  expect(names.map((name) => name.replace(/^rows-[\d-]+/, ''))).toEqual(['.csv', '.json']);
  expect((await readFile(join(folder, names[0] ?? ''))).toString() === rowsFile(3000)).toBe(true);
  expect(JSON.parse(await readFile(join(folder, names[1] ?? ''), 'utf8'))).toHaveLength(3000);

  const id = done.stdout.toString().trim();
  const one = await runCommand(['download', id, '--format', 'json', '-o', '-'], remote(url));
  expect(one.stdout.equals(await readFile(join(folder, names[1] ?? '')))).toBe(true);
  const both = await runCommand(['download', id, '-o', '-'], remote(url));
  expect(both.code).toBe(1);
  expect(both.stderr).toContain('There are several files (csv, json)');
  const none = await runCommand(['download', id, '--format', 'xlsx'], remote(url));
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('is not one of csv, json');
  const unknown = await runCommand(['request', 'rows', '--format', 'exe'], remote(url));
  expect(unknown.stderr).toContain('Allowed choices are csv,');
});

it.runIf(hasTerminal)(
  'shows a bar on a terminal (needs `script` of util-linux)',
  { timeout: TIMEOUT_MS },
  async () => {
    const { url } = await startApi(env);
    await startWorker(env);
    const output = join(folder, 'rows.csv');
    const args = ['request', 'rows', '--param', 'count=40000', '--param', 'napMs=60', '-o', output];
    const shown = await runOnTerminal(args, remote(url));
    const bars = shown.match(/[█░]{30} \d+ % · [^\r\n\u001b]*/g) ?? [];
    const percents = bars.map((bar) => Number(/(\d+) %/.exec(bar)?.[1]));
    // It only grows, was seen on its way, and ends full.
    expect(percents).toEqual(percents.toSorted((one, other) => one - other));
    expect(percents.some((percent) => percent > 0 && percent < 100)).toBe(true);
    expect(bars.at(-1)).toMatch(/^█{30} 100 % · 40,000 rows · .* · done/);
    // The cursor is hidden while the bar moves, and is back when it has ended.
    const hidden = shown.lastIndexOf('\u001b[?25l');
    expect(hidden).toBeGreaterThan(-1);
    expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(hidden);
    expect((await readFile(output)).toString() === rowsFile(40_000)).toBe(true);
  },
);

it('cancels, and tells a script how an export ended', { timeout: TIMEOUT_MS }, async () => {
  const { url } = await startApi(env);
  const asked = await runCommand(['request', 'rows', '--param', 'count=5'], remote(url));
  const id = asked.stdout.toString().trim();
  expect(asked.stdout.toString()).toMatch(UUID);
  const cancelled = await runCommand(['cancel', id, '--server', url], { ROWFERRY_KEY: key });
  expect(cancelled).toMatchObject({ code: 0, stderr: '' });
  const waited = await runCommand(['wait', id], remote(url));
  expect(waited.code).toBe(3);
  expect(waited.stderr).toContain('The export is cancelled');
});

// Ten processes, one after the other.
it('makes, shows, pauses and removes schedules, and tells who did', { timeout: 3 * TIMEOUT_MS }, async () => {
  const { url } = await startApi(env);
  const run = async (...args: string[]) => {
    const { code, stderr, stdout } = await runCommand(args, remote(url));
    expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
    return stdout.toString();
  };
  const formats = ['--format', 'csv', '--format', 'json'];
  const made = await run(
    'schedules',
    'create',
    'rows',
    '--cron',
    '0 6 * * 1',
    '--param',
    'count=5',
    ...formats,
  );
  expect(made).toMatch(UUID);
  const id = made.trim();
  expect(await run('schedules', 'list')).toMatch(
    new RegExp(`^${id}  next \\S+Z  last never run +0 6 \\* \\* 1 UTC +rows csv,json +operator +Rows\n$`),
  );
  expect(await run('schedules', 'pause', id)).toBe(`${id} is paused.\n`);
  expect(await run('schedules', 'resume', id)).toMatch(new RegExp(`^${id} next \\S+Z\\.\n$`));
  expect(JSON.parse(await run('schedules', 'list', '--json'))).toMatchObject({ id, paused: null });
  expect(await run('schedules', 'delete', id)).toBe(`${id} is deleted.\n`);
  const lines = (await run('audit', '--object', id)).trimEnd().split('\n');
  expect(lines.map((line) => line.split(/ +/)[1])).toEqual([
    'schedule.deleted',
    'schedule.resumed',
    'schedule.paused',
    'schedule.created',
  ]);
  expect(lines[0]).toMatch(/ by operator \(key\) +from \S+$/);
  const byCommandLine = JSON.parse(
    await run('audit', '--act', 'key.created', '--limit', '1', '--json'),
  ) as object;
  expect(byCommandLine).toMatchObject({ actor: { kind: 'cli' }, object: { kind: 'key' } });
});

it('is interrupted by Ctrl-C, and leaves the export alone', { timeout: TIMEOUT_MS }, async () => {
  const { url } = await startApi(env);
  const asked = await runCommand(['request', 'rows', '--param', 'count=5'], remote(url));
  const id = asked.stdout.toString().trim();
  const waiting = startCommand(['wait', id], remote(url));
  await waiting.printed(/queued/);
  waiting.child.kill('SIGINT');
  expect(await waiting.ended).toBe(130);
  expect(waiting.output()).toContain('exports at the server go on');
  const listed = await runCommand(['list', '--status', 'queued'], remote(url));
  expect(listed.stdout.toString()).toContain(id);
});

it('says what is wrong and what to do, without a stack', { timeout: TIMEOUT_MS }, async () => {
  const { url } = await startApi(env);
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const cases: [args: string[], env: Record<string, string>, code: number, text: RegExp][] = [
    [['list'], { ROWFERRY_URL: url }, 1, /Set ROWFERRY_KEY/],
    [['list'], remote(url, 'rwf_wrong'), 2, /A valid API key or token is needed: There is no such API key/],
    [['list'], remote('ftp://x'), 1, /"ftp:\/\/x" is no address of a server/],
    [['wait', 'x'], remote(url), 2, /^Not found: /],
    [
      ['request', 'films'],
      remote(url),
      2,
      /The request is not valid.*\n {2}\/dataset is not one of rows, audit-log\n$/,
    ],
    [['request', 'rows', '--param', 'count'], remote(url), 1, /write it as --param name=value/],
    [['request', 'rows', '--param', 'count=no'], remote(url), 2, /\n {2}\/params\/count /],
  ];
  for (const [args, environment, code, text] of cases) {
    const outcome = await runCommand(args, environment);
    expect(outcome.stderr, args.join(' ')).toMatch(text);
    expect(outcome.stderr).not.toMatch(/\n {4}at /);
    expect(outcome.code, args.join(' ')).toBe(code);
  }
  const away = await runCommand(['cancel', 'x'], remote(nowhere));
  expect(away.code).toBe(4);
  expect(away.stderr).toBe(`${nowhere} does not answer: connect ECONNREFUSED ${nowhere.slice(7)}\n`);
});

it.runIf(hasTerminal)(
  'names the columns of its tables on a terminal (needs `script` of util-linux)',
  { timeout: TIMEOUT_MS },
  async () => {
    const { url } = await startApi(env);
    const settings = { ...env, ...remote(url) };
    for (const args of [
      ['request', 'rows', '--param', 'count=5'],
      ['schedules', 'create', 'rows', '--cron', '0 6 * * 1', '--param', 'count=5'],
    ]) {
      expect((await runCommand(args, settings)).code).toBe(0);
    }
    for (const [args, names, values] of [
      [
        ['list', '--limit', '1'],
        ['id', 'status', 'dataset and formats'],
        [/\b[0-9a-f-]{36}\b/, /queued/, /rows csv/],
      ],
      [
        ['schedules', 'list'],
        ['state', 'last run', 'title'],
        [/next/, /last never/, /Rows$/],
      ],
      [
        ['audit', '--limit', '1'],
        ['act', 'object', 'by', 'from'],
        [/schedule\./, /schedule [0-9a-f]/, /by op/, /from 1/],
      ],
      [
        ['keys', 'list'],
        ['role', 'expires', 'scopes'],
        [/admin/, /expires never/, /read,write/],
      ],
    ] as const) {
      const shown = stripVTControlCharacters(await runOnTerminal(args, settings));
      const [header = '', row = ''] = shown.split(/\r?\n/);
      expect(names.map((name) => header.indexOf(name))).toEqual(values.map((value) => row.search(value)));
      expect(header.indexOf(names[0])).toBeGreaterThan(-1);
    }
  },
);
