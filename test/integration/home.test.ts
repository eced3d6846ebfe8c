import { chmod, chown, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openHome } from '../../src/embedded/home.ts';
import { serverAccount } from '../../src/embedded/postgres/account.ts';
import type { Account } from '../../src/embedded/postgres/account.ts';
import { fileError } from '../../src/embedded/postgres/file-errors.ts';
import { startOfProcess } from '../../src/embedded/postgres/process-identity.ts';
import { Child, isRoot, nobody, temporaryDirectory } from './fixtures/embedded.ts';

let base: string;
let path: string;
const children: Child[] = [];

async function startChildren(count: number, account?: Account): Promise<Child[]> {
  const started = Array.from({ length: count }, () => new Child(account));
  children.push(...started);
  await Promise.all(started.map((child) => child.answer()));
  return started;
}

async function startChild(account?: Account): Promise<Child> {
  const [child] = await startChildren(1, account);
  if (child === undefined) throw new Error('no child');
  return child;
}

beforeEach(async () => {
  base = await temporaryDirectory();
  path = join(base, 'home');
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.end('SIGKILL')));
  await rm(base, { recursive: true, force: true });
});

describe('the home directory', () => {
  it('is made for its owner alone', async () => {
    path = join(base, 'some', 'where', 'home');
    const home = await openHome(path);
    expect(home.path).toBe(path);
    const { mode, gid } = await stat(path);
    // As root, the group of PostgreSQL's user may pass through.
    expect(mode & 0o777).toBe(isRoot ? 0o710 : 0o700);
    expect(gid).toBe(isRoot ? (await serverAccount())?.gid : process.getgid?.());
    expect((await stat(join(base, 'some', 'where'))).mode & 0o055).toBe(0o055);
    await home.release();
  });

  it('keeps the permissions of a directory that is used for something else too', async () => {
    await mkdir(path, { mode: 0o700 });
    await writeFile(join(path, 'letters.txt'), '');
    const home = await openHome(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await home.release();
  });
});

describe('two processes', () => {
  it('never share a home: the second is refused while the first lives', async () => {
    const first = await startChild();
    expect(await first.ask({ do: 'home', path })).toEqual({ path });
    await expect(openHome(path)).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringMatching(
        new RegExp(`process ${first.pid}\\).*kill ${first.pid}.*ROWFERRY_HOME`),
      ) as string,
      details: { pid: first.pid },
    });
    await first.ask({ do: 'release' });
    const second = await openHome(path);
    expect(await first.ask({ do: 'home', path })).toMatchObject({ error: 'home_in_use' });
    await second.release();
    await second.release();
    expect(await first.ask({ do: 'home', path })).toEqual({ path });
  });

  it('follow each other after a SIGKILL', async () => {
    const first = await startChild();
    await first.ask({ do: 'home', path });
    await first.end('SIGKILL');
    const home = await openHome(path);
    await home.release();
    expect(await readdir(path)).toHaveLength(1);
  });

  it('of ten that race exactly one wins: for a new home, a dead process’s, and a released one', async () => {
    let racers = await startChildren(10);
    const race = async (): Promise<Child> => {
      for (const racer of racers) racer.tell({ do: 'home', path });
      const answers = await Promise.all(racers.map((racer) => racer.answer()));
      const winners = racers.filter((_, index) => answers[index]?.path === path);
      expect(winners).toHaveLength(1);
      expect(answers.filter(({ error }) => error === 'home_in_use')).toHaveLength(racers.length - 1);
      return winners[0] as Child;
    };
    for (let round = 0; round < 5; round += 1) {
      const killed = await race();
      await killed.end('SIGKILL');
      racers = racers.filter((racer) => racer !== killed);
      const releasing = await race();
      await releasing.ask({ do: 'release' });
    }
  });

  it('of many attempts in one process, over and over, exactly one wins', async () => {
    for (let round = 0; round < 20; round += 1) {
      const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => openHome(path)));
      const won = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
      expect(won).toHaveLength(1);
      await won[0]?.release();
    }
  });
});

describe('the lock of a process that is gone', () => {
  it.each([
    ['whose pid another program has now', () => `${process.pid}@another boot:1`],
    ['whose pid nobody has', () => `${2 ** 31 - 1}@whenever`],
    ['that makes no sense', () => 'gibberish'],
  ])('%s is taken over', async (_, target) => {
    await mkdir(path);
    await symlink(target(), join(path, 'lock.41'));
    const home = await openHome(path);
    expect(await readdir(path)).toEqual(['lock.42']);
    await home.release();
  });

  it('is respected when it lives, or when nobody can tell since when', async () => {
    await mkdir(path);
    const start = await startOfProcess(process.pid);
    await symlink(`${process.pid}@${start ?? ''}`, join(path, 'lock.1'));
    await expect(openHome(path)).rejects.toMatchObject({ code: 'home_in_use' });
    await rm(join(path, 'lock.1'));
    await symlink(`${process.pid}@`, join(path, 'lock.2'));
    await expect(openHome(path)).rejects.toMatchObject({ code: 'home_in_use' });
  });
});

describe('a home that cannot be', () => {
  it('because a file is in the way', async () => {
    await writeFile(path, '');
    const error = {
      code: 'home_not_a_directory',
      message: expect.stringContaining('ROWFERRY_HOME') as string,
    };
    await expect(openHome(path)).rejects.toMatchObject(error);
    await expect(openHome(join(path, 'below'))).rejects.toMatchObject(error);
    await expect(openHome(join(path, 'far', 'below'))).rejects.toMatchObject(error);
  });

  it('because this user may not write there', async () => {
    await chmod(base, 0o555);
    await mkdir(join(base, 'home')).catch(() => undefined);
    // Root may write anywhere: there, an ordinary user's process tries.
    const child = await startChild(nobody);
    const denied = {
      error: 'no_permission',
      message: expect.stringMatching(/EACCES.*ROWFERRY_HOME/) as string,
    };
    expect(await child.ask({ do: 'home', path: join(base, 'new') })).toMatchObject(denied);
    if (isRoot) expect(await child.ask({ do: 'home', path })).toMatchObject(denied);
    await chmod(base, 0o755);
  });

  it.skipIf(!isRoot)('(as root, skipped otherwise) unless it belongs to the user', async () => {
    if (nobody === undefined) return;
    await mkdir(path);
    await chown(path, nobody.uid, nobody.gid);
    const child = await startChild(nobody);
    expect(await child.ask({ do: 'home', path })).toEqual({ path });
  });

  it.each([
    ['EROFS', 'no_permission', /read-only.*ROWFERRY_HOME/],
    ['ENOSPC', 'no_space', /no space left .* MB free now.*ROWFERRY_HOME/],
    ['EDQUOT', 'no_space', /no space left/],
    ['EIO', 'embedded_files_failed', /input.*ROWFERRY_HOME/],
  ])('because of %s', async (code, expected, message) => {
    const cause = Object.assign(new Error(`${code}: input/output`), { code });
    expect(await fileError(cause, { doing: 'use the home', path: join(base, 'not', 'there') })).toMatchObject(
      {
        code: expected,
        message: expect.stringMatching(message) as string,
      },
    );
    expect(dirname(path)).toBe(base);
  });
});
