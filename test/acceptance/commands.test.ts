import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCommand, startCommand } from '../support/command.ts';
import { createKey, deploymentEnvironment } from '../support/deployment.ts';
import { csvOf, readDiary } from '../support/diary.ts';
import { readCsv } from '../support/read-csv.ts';
import { freePort } from '../support/free-port.ts';
import { readParquet } from '../support/read-parquet.ts';
import { readZip } from '../support/read-zip.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const env = deploymentEnvironment(database, storage);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-commands-'));
  await runCommand(['seed', '--users', '2', '--entries', '500'], env);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('rowferry import', () => {
  it('brings an export into another diary, which then exports the same bytes', async () => {
    await database.pool.query("insert into users (id, name) values (70, 'Somebody')");
    const path = join(folder, 'to-import.csv.gz');
    expect((await runCommand(['export', 'diary', '--param', 'userId=1', '-o', path], env)).code).toBe(0);
    const args = ['import', 'diary', path, '--param', 'userId=70'];
    const dry = await runCommand([...args, '--dry-run', '--json'], env);
    expect(JSON.parse(dry.stdout.toString())).toMatchObject({ new: 500, duplicate: 0, written: 0 });
    const first = await runCommand(args, env);
    expect(first.code).toBe(0);
    expect(first.stdout.toString()).toContain('written    500\n');
    expect((await runCommand(args, env)).stdout.toString()).toMatch(/duplicate {2}500\n[^]*written {4}0\n/);
    const again = await runCommand(['export', 'diary', '--param', 'userId=70'], env);
    expect(again.stdout.toString()).toBe(gunzipSync(await readFile(path)).toString());
  });

  it(
    'takes back what the options of an export did, as its manifest or the command says',
    { timeout: 120_000 },
    async () => {
      await database.pool.query("insert into users (id, name) values (71, 'Somebody')");
      const path = join(folder, 'excel.csv');
      const options = ['--option', 'preset=excel', '--option', 'dateFormat=dd.mm.yyyy'];
      const written = ['export', 'diary', '--param', 'userId=1', ...options, '-o', path];
      expect((await runCommand(written, env)).code).toBe(0);
      const args = ['import', 'diary', path, '--param', 'userId=71', '--json'];
      const unsaid = await runCommand(args, env);
      expect([unsaid.code, unsaid.stderr]).toEqual([1, expect.stringContaining('its header lacks')]);
      const typed = await runCommand([...args, ...options, '--format', 'csv', '--dry-run'], env);
      expect(JSON.parse(typed.stdout.toString())).toMatchObject({ format: 'csv', new: 500, invalid: 0 });
      const manifest = {
        version: 1,
        generator: { name: 'rowferry', version: '0.0.0' },
        exportId: '48c6a37f-0d6c-4a39-9d5c-0a6b8f5a2c11',
        attempt: 1,
        tenant: 'default',
        subject: '1',
        dataset: { name: 'diary', schema: 'x' },
        params: {},
        format: 'csv',
        options: { compression: 'none', preset: 'excel', dateFormat: 'dd.mm.yyyy' },
        columns: [],
        snapshot: { takenAt: '2026-11-22T11:35:21.120417Z', id: '1:1:' },
        file: {
          name: 'x',
          contentType: 'x',
          formulaGuard: 'apostrophe',
          rows: 500,
          bytes: 1,
          sha256: 'a'.repeat(64),
        },
      };
      await writeFile(`${path}.manifest.json`, JSON.stringify({ manifest, signature: null }));
      const found = await runCommand(args, env);
      expect(found.stderr).toContain(`read as ${path}.manifest.json says`);
      expect(JSON.parse(found.stdout.toString())).toMatchObject({ format: 'csv', written: 500 });
      const twice = await runCommand([...args, ...options, '--manifest', 'x'], env);
      expect(twice.stderr).toContain('Give either --manifest, or --format and --option.');
      const [from, to] = await Promise.all(
        ['1', '71'].map((userId) => runCommand(['export', 'diary', '--param', `userId=${userId}`], env)),
      );
      expect(to?.stdout.toString()).toBe(from?.stdout.toString());
    },
  );

  it('says which line is wrong, and exits with 1', async () => {
    const path = join(folder, 'wrong.csv');
    await writeFile(path, 'title,year,rating,watched_at\nA,1999,7,2024-01-01\nB,1999,12,2024-01-01\n');
    const args = ['import', 'diary', path, '--param', 'userId=70'];
    const rejected = await runCommand(args, env);
    expect(rejected.code).toBe(1);
    expect(rejected.stdout.toString()).toContain('row 2, line 3: rating “12” is not between 0 and 10\n');
    expect(rejected.stdout.toString()).toContain('written    0\n');
    const skipped = await runCommand([...args, '--on-invalid', 'skip-row'], env);
    expect(skipped.stdout.toString()).toContain('written    1\n');
  });

  it.each([
    [
      ['import', 'diary', 'nowhere.csv', '--param', 'userId=1'],
      'nowhere.csv was not read: there is no such file',
    ],
    [['import', 'diary', 'diary.csv', '--param', 'userId=1', '--param', 'minRating=5'], 'diary has: userId'],
    [['import', 'diary', '.', '--param', 'userId=1'], '. is a folder'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runCommand(args, env);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('rowferry export', () => {
  it('writes the file of the worker’s pipeline to standard output', async () => {
    const { code, stdout, stderr } = await runCommand(
      ['export', 'diary', '--param', 'userId=1', '-o', '-'],
      env,
    );
    expect(code).toBe(0);
    expect(stdout.toString()).toBe(csvOf(await readDiary(database.pool, 1)));
    expect(stderr).toMatch(/^500 rows, [\d.]+ kB, SHA-256 [0-9a-f]{64}\n$/);
  });

  it('has the rows that are asked for, in the order that is asked for', async () => {
    const args = ['export', 'diary', '--param', 'userId=1', '--param', 'minRating=9.5'];
    const sorted = await runCommand([...args, '--option', 'sort=title,-watched_at'], env);
    const { rows } = await database.pool.query<{ title: string }>(
      `select title from reviews join movies on movies.id = movie_id
        where user_id = 1 and rating >= 9.5 order by title, watched_at desc, reviews.id desc`,
    );
    const titles = readCsv(sorted.stdout.toString()).map(([title]) => title);
    expect(titles).toEqual(['title', ...rows.map(({ title }) => title)]);
    const wrong = await runCommand([...args, '--option', 'sort=comment'], env);
    expect(wrong.stderr).toContain('--option sort.0: is not one of watched_at, title, year, rating');
  });

  it('packs the file when it is told to, or when the file is called so', async () => {
    const path = join(folder, 'diary.csv.gz');
    const args = ['export', 'diary', '--param', 'userId=1'];
    expect((await runCommand([...args, '-o', path], env)).code).toBe(0);
    const packed = await readFile(path);
    expect(gunzipSync(packed).toString()).toBe(csvOf(await readDiary(database.pool, 1)));
    const { stdout, stderr } = await runCommand([...args, '--compression', 'gzip'], env);
    expect(stdout.equals(packed)).toBe(true);
    expect(stderr).toContain(createHash('sha256').update(packed).digest('hex'));
    const plain = await runCommand([...args, '-o', path, '--compression', 'none'], env);
    expect(plain.code).toBe(0);
    expect((await readFile(path, 'utf8')).startsWith('title,')).toBe(true);
    expect((await runCommand([...args, '--compression', 'brotli'], env)).code).toBe(1);
  });

  it('writes a file that appears only when it is whole', async () => {
    const path = join(folder, 'diary.json');
    const args = ['export', 'diary', '--param', 'userId=2', '--format', 'json', '-o', path];
    expect((await runCommand(args, env)).code).toBe(0);
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveLength(500);
    await writeFile(path, 'what was there before');
    const failed = await runCommand(args, { ...env, EXPORT_MAX_ROWS: '100' });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('EXPORT_MAX_ROWS');
    expect(await readFile(path, 'utf8')).toBe('what was there before');
    await expect(stat(`${path}.part`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes a file of each format from one pass, all of them or none', { timeout: 120_000 }, async () => {
    const into = join(folder, 'several');
    const formats = ['--format', 'csv', '--format', 'parquet', '--compression', 'gzip'];
    const args = ['export', 'diary', '--param', 'userId=1', ...formats];
    const piped = await runCommand(args, env);
    expect([piped.code, piped.stderr]).toEqual([
      1,
      expect.stringContaining('Standard output takes one file'),
    ]);
    const early = await runCommand([...args, '-o', into], env);
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining(`mkdir -p "${into}"`)]);
    await mkdir(into);
    // The CSV fits, and what Parquet writes at its end does not.
    const text = csvOf(await readDiary(database.pool, 1));
    const tight = { ...env, EXPORT_MAX_BYTES: String(Buffer.byteLength(text) + 100) };
    const failed = await runCommand([...args, '--compression', 'none', '-o', into], tight);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('EXPORT_MAX_BYTES')]);
    expect(await readdir(into)).toEqual([]);

    const { code, stderr } = await runCommand([...args, '-o', into], env);
    expect(code).toBe(0);
    const names = (await readdir(into)).sort();
    expect(names.map((name) => name.replace(/\d{4}-\d\d-\d\d/, 'day'))).toEqual([
      'diary-day.csv.gz',
      'diary-day.parquet',
    ]);
    const [csv = Buffer.alloc(0), parquet = Buffer.alloc(0)] = await Promise.all(
      names.map((name) => readFile(join(into, name))),
    );
    expect(gunzipSync(csv).toString()).toBe(text);
    expect((await readParquet(parquet)).rows).toHaveLength(500);
    const lines = [csv, parquet].map((file, index) => {
      const sha256 = createHash('sha256').update(file).digest('hex');
      return new RegExp(`^${join(into, names[index] ?? '')}: 500 rows, [\\d.]+ kB, SHA-256 ${sha256}$`, 'm');
    });
    for (const line of lines) expect(stderr).toMatch(line);
    const explained = await runCommand([...args, '--explain'], env);
    expect(explained.stdout.toString()).toMatch(
      /format {4}csv, parquet\nencoder {3}rows: several formats are written from one pass/,
    );
  });

  it.each([
    ['csv', {}, /encoder {3}bytes \(WebAssembly\): plain columns as csv need no JavaScript\n/],
    ['json', {}, /encoder {3}rows: json is written from values, row by row\n/],
    ['csv', { EXPORT_ENCODER: 'rows' }, /encoder {3}rows: EXPORT_ENCODER is set to rows\n/],
  ])('explains how it would write %s with %o, and writes nothing', async (format, settings, encoder) => {
    const output = join(folder, 'explained');
    const args = ['export', 'diary', '--param', 'userId=1', '--format', format, '-o', output, '--explain'];
    const { code, stdout } = await runCommand(args, { ...env, ...settings });
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(encoder);
    expect(stdout.toString()).toMatch(/estimate {2}about [\d,]+ rows, by the planner\n$/);
    await expect(stat(output)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes all data of a person as one zip, and explains each file of it', async () => {
    const path = join(folder, 'mine.zip');
    const args = ['export', 'my-data', '--param', 'userId=1', '-o', path];
    expect((await runCommand(args, env)).stderr).toMatch(/^1,501 rows, /);
    const files = readZip(await readFile(path));
    expect(files.get('diary.csv')?.toString()).toBe(csvOf(await readDiary(database.pool, 1)));
    expect(files.get('index.html')?.toString()).toContain('<a href="diary.xlsx">');
    const { stdout } = await runCommand([...args, '--explain'], env);
    expect(stdout.toString()).toMatch(
      /format {4}zip\nfile {6}profile\.csv\nencoder {3}bytes[^]*file {6}diary\.xlsx\nencoder {3}rows/,
    );
  });

  it('writes to a device without replacing it', async () => {
    const { code } = await runCommand(['export', 'diary', '--param', 'userId=1', '-o', '/dev/null'], env);
    expect(code).toBe(0);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it.each([
    [
      'an unknown dataset',
      ['export', 'films'],
      'There is no dataset "films". There is: diary, diary-letterboxd, my-data, profile, audit-log.',
    ],
    [
      'an unknown format',
      ['export', 'diary', '--param', 'userId=1', '--format', 'xls'],
      'It has: csv, tsv, ndjson, json, xlsx, parquet.',
    ],
    [
      'a format that is named twice',
      ['export', 'diary', '--param', 'userId=1', '--format', 'csv', '--format', 'csv'],
      '--format csv is there twice.',
    ],
    ['a parameter that is missing', ['export', 'diary'], '--param userId'],
    ['a parameter that is none', ['export', 'diary', '--param', 'userId'], 'write it as --param name=value'],
    [
      'a parameter that does not fit',
      ['export', 'diary', '--param', 'userId=1;drop'],
      'must be the number of a user',
    ],
    [
      'a folder that is not there',
      ['export', 'diary', '--param', 'userId=1', '-o', '/no/such/file.csv'],
      'the folder does not exist',
    ],
  ])('says what to do about %s', async (_name, args, advice) => {
    const { code, stderr } = await runCommand(args, env);
    expect(code).toBe(1);
    expect(stderr).toContain(advice);
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});

describe('rowferry seed', () => {
  it('adds only what is missing', async () => {
    const before = await readDiary(database.pool, 1);
    expect((await runCommand(['seed', '--users', '2', '--entries', '500'], env)).code).toBe(0);
    expect(await readDiary(database.pool, 1)).toEqual(before);
  });

  it('has comments with everything that breaks a careless CSV', async () => {
    const comments = (await readDiary(database.pool, 1)).map(({ comment }) => comment);
    expect(comments).toContain(null);
    for (const pattern of [/,/, /"/, /\n/, /\r\n/, /🎬/u, /\p{Script=Han}/u, /\p{Script=Arabic}/u, /^=/]) {
      expect(
        comments.some((comment) => pattern.test(comment ?? '')),
        String(pattern),
      ).toBe(true);
    }
  });

  it('does not touch tables that are somebody’s own', async () => {
    await database.pool.query(`comment on table reviews is 'ours'`);
    onTestFinished(async () => {
      await database.pool.query(`comment on table reviews is 'rowferry sample data'`);
    });
    const { code, stderr } = await runCommand(['seed', '--users', '9', '--entries', '9'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('reviews');
    expect(await readDiary(database.pool, 9)).toEqual([]);
  });
});

describe('rowferry keys', () => {
  it('makes a key for a tenant, with scopes and an end, and lists it with what it may do', async () => {
    const given = [
      '--role',
      'user',
      '--subject',
      '7',
      '--tenant',
      'acme',
      '--scope',
      'read',
      '--scope',
      'act-as',
    ];
    const made = await runCommand(['keys', 'create', ...given, '--expires-in', '90d'], env);
    expect(made.code).toBe(0);
    expect(made.stdout.toString()).toMatch(/^tenant +acme$.*^scopes +read, act-as$.*^expires +in 90d$/ms);
    const listed = (await runCommand(['keys', 'list', '--tenant', 'acme'], env)).stdout.toString();
    expect(listed.trim().split('\n')).toHaveLength(1);
    expect(listed).toMatch(/ valid .*expires 20\d\d-.*used never +read,act-as +acme\/7$/m);
    const elsewhere = (await runCommand(['keys', 'list', '--tenant', 'globex'], env)).stdout.toString();
    expect(elsewhere).toBe('');
  });

  it.each([
    [['--scope', 'everything'], 'read, write, act-as'],
    [['--tenant', 'Acme Inc.'], '--tenant'],
    [['--expires-in', 'soon'], '90d'],
    [['--subject', 'a\nb'], '--subject'],
  ])('makes none with %o, and says what to write', async (options, advice) => {
    const base = ['keys', 'create', '--role', 'user', '--subject', '1'];
    const { code, stdout, stderr } = await runCommand([...base, ...options], env);
    expect(code).toBe(1);
    expect(stderr).toContain(advice);
    expect(stdout.toString()).toBe('');
  });

  it('shows a key once, lists it by its beginning, and revokes it', { timeout: 90_000 }, async () => {
    const key = await createKey('user', 'someone', env);
    const listed = (await runCommand(['keys', 'list'], env)).stdout.toString();
    expect(listed).toContain(key.slice(0, 10));
    expect(listed).not.toContain(key);
    const line = listed.split('\n').find((text) => text.includes(key.slice(0, 10))) ?? '';
    const id = line.split(' ')[0] ?? '';
    expect((await runCommand(['keys', 'revoke', id], env)).code).toBe(0);
    const again = await runCommand(['keys', 'revoke', id], env);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('rowferry keys list');
  });
});

describe('rowferry doctor', () => {
  const examine = async (changes: Record<string, string>) => {
    const { code, stdout, stderr } = await runCommand(['doctor'], { ...env, ...changes });
    return { code, report: stdout.toString() + stderr };
  };

  it('finds nothing wrong where nothing is', async () => {
    const { code, report } = await examine({});
    expect(report).toContain('Everything that is needed works.');
    expect(code).toBe(0);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['a missing bucket', { S3_BUCKET: 'rowferry-no-such-bucket' }, 'There is no bucket', 'set S3_BUCKET'],
    ['wrong credentials', { AWS_SECRET_ACCESS_KEY: 'wrong' }, 'denied', 'credentials'],
    ['a storage that is not there', { S3_ENDPOINT: 'http://127.0.0.1:9' }, 'does not answer', 'S3_ENDPOINT'],
    ['a Redis that is not there', { REDIS_URL: 'redis://127.0.0.1:9' }, 'Redis does not answer', 'REDIS_URL'],
    [
      'a source that is not there',
      { SOURCE_DATABASE_URL: 'postgres://x@127.0.0.1:9/x' },
      'PostgreSQL does not answer',
      'SOURCE_DATABASE_URL',
    ],
  ])('says how to mend %s', async (_name, changes, found, remedy) => {
    const { code, report } = await examine(changes);
    expect(report).toContain(found);
    expect(report).toContain(remedy);
    expect(code).toBe(1);
  });

  it('refuses a Redis that evicts', async (context) => {
    const port = await freePort();
    const args = [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--save',
      '',
      '--maxmemory-policy',
      'allkeys-lru',
    ];
    const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const started = await Promise.race([
      once(redis.stdout, 'data').then(() => true),
      once(redis, 'error').then(() => false),
    ]);
    if (!started) {
      if (process.env['CI']) throw new Error('there is no redis-server on PATH');
      context.skip('SKIPPED: no redis-server on PATH');
    }
    onTestFinished(async () => {
      redis.kill();
      await once(redis, 'exit');
    });
    const changes = { REDIS_URL: `redis://127.0.0.1:${port}` };
    const { code, report } = await examine(changes);
    expect(report).toContain('maxmemory-policy is allkeys-lru');
    expect(code).toBe(1);
    const worker = await runCommand(['worker'], { ...env, ...changes });
    expect(worker.code).toBe(1);
    expect(worker.stderr).toContain('maxmemory-policy noeviction');
  });
});

describe('a service', () => {
  it.each(['api', 'worker'])(
    '%s does not go into production without keys, or with demo keys',
    async (service) => {
      const production = { ...env, NODE_ENV: 'production', PORT: '0' };
      await database.pool.query('update rowferry.api_keys set revoked_at = now()');
      const none = await runCommand([service], production);
      expect(none.code).toBe(1);
      expect(none.stderr).toContain('rowferry keys create');
      await database.pool.query(
        `insert into rowferry.api_keys (id, hash, hint, role, subject, demo)
       values (gen_random_uuid(), sha256(random()::text::bytea), 'rwf_demo', 'user', '1', true)`,
      );
      const demo = await runCommand([service], production);
      expect(demo.code).toBe(1);
      expect(demo.stderr).toContain('rowferry keys revoke');
    },
  );

  it('does not go into production on passwords that everybody knows', async () => {
    const known = { NODE_ENV: 'production', PGPASSWORD: 'rowferry-local-only' };
    const { code, stderr } = await runCommand(['api'], { ...env, ...known, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toContain('PGPASSWORD');
    expect(stderr).not.toContain('rowferry-local-only');
  });

  it.each([
    ['api', /the API is listening/],
    ['worker', /the worker is taking exports/],
  ])('%s goes into production without keys where tokens are taken', async (service, started) => {
    await database.pool.query('update rowferry.api_keys set revoked_at = now()');
    const tokens = {
      AUTH_JWT_SECRET: 'k3vQ0uYb7mZ1pX9tR5wL2cN8dF4gH6jS',
      AUTH_JWT_ISSUER: 'https://login.example.org',
      AUTH_JWT_AUDIENCE: 'https://exports.example.org',
    };
    const command = startCommand([service], {
      ...env,
      ...tokens,
      NODE_ENV: 'production',
      PORT: '0',
      WORKER_HEALTH_PORT: String(await freePort()),
      LOG_LEVEL: 'info',
    });
    const output = await command.printed(started);
    expect(output.match(/^.*METRICS_TOKEN.*$/gm)).toEqual([
      expect.stringContaining('Whoever reaches the port may read /metrics'),
    ]);
    command.child.kill('SIGTERM');
    expect(await command.ended).toBe(0);
  });

  it('does not go into production on the embedded servers', async () => {
    const { code, stderr } = await runCommand(['api'], { NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(stderr).toContain('Set DATABASE_URL and S3_BUCKET');
  });

  it('does not start on a broken dataset file, and names it', async () => {
    const datasets = await mkdtemp(join(folder, 'datasets-'));
    const file = join(datasets, 'films.mjs');
    await writeFile(file, 'export const dataset = { name: "films" };\n');
    const { code, stderr } = await runCommand(['worker'], { ...env, DATASETS_DIR: datasets });
    expect(code).toBe(1);
    expect(stderr).toContain(file);
    expect(stderr).toContain('defineDataset()');
  });
});
