// `rowferry export` as somebody: whose rows and which columns a file has is theirs, as over HTTP.
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import { deploymentEnvironment } from '../support/deployment.ts';
import { RIGHTS_DATASETS, useGuardedNotes } from '../support/guarded-notes.ts';
import { readCsv } from '../support/read-csv.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const notes = useGuardedNotes(database);

beforeAll(() =>
  database.pool.query(`
    create table public.people as
      select n as id, 'Person ' || n as name, n || '@example.org' as email, 7000 + n as salary,
             date '1970-01-01' + n as born, '1' as leader, 'remark ' || n as remark
        from generate_series(1, 1) n`),
);

const run = (...args: string[]) =>
  runCommand(['export', ...args], {
    ...deploymentEnvironment(database, storage),
    ...RIGHTS_DATASETS,
    SOURCE_GUARDED_DATABASE_URL: notes.readerUrl,
  });
const linesOf = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return readCsv(stdout.toString());
};

describe('rows that PostgreSQL guards', () => {
  const authorsOf = async (...args: string[]) => {
    const [, ...rows] = await linesOf('notes', '--param', 'author=2', ...args);
    return [rows.length, [...new Set(rows.map(([, author]) => author))].sort()];
  };

  it('are all there for an admin, who is taken where nobody is named', async () => {
    expect(await authorsOf()).toEqual([3000, ['1', '2', '3']]);
    expect(await authorsOf('--role', 'admin')).toEqual([3000, ['1', '2', '3']]);
  });

  it('are those of the user whose rows are asked for, or of whom --subject names', async () => {
    expect(await authorsOf('--role', 'user')).toEqual([1000, ['2']]);
    expect(await authorsOf('--role', 'user', '--subject', '3')).toEqual([1000, ['3']]);
    expect(await authorsOf('--role', 'user', '--subject', 'nobody')).toEqual([0, []]);
  });

  it('are told of the tenant that --tenant names', async () => {
    await database.pool.query(
      `create policy of_tenant on public.notes as restrictive to ${notes.reader}
         using (current_setting('app.tenant', true) = 'globex')`,
    );
    try {
      expect(await authorsOf()).toEqual([0, []]);
      expect(await authorsOf('--tenant', 'globex')).toEqual([3000, ['1', '2', '3']]);
    } finally {
      await database.pool.query('drop policy of_tenant on public.notes');
    }
  });
});

describe('columns that need a role', () => {
  const people = ['people', '--param', 'leader=1'];

  it('are in the file of an admin, and masked or left out in that of a user', async () => {
    const [header, first] = await linesOf(...people);
    expect(header).toEqual(['id', 'name', 'email', 'salary', 'Born "on"', 'remark']);
    expect(first?.slice(2, 4)).toEqual(['1@example.org', '7001']);
    const [theirs, row] = await linesOf(...people, '--role', 'user');
    expect(theirs).toEqual(['id', 'name', 'email', 'Born "on"', 'remark']);
    expect(row).toEqual(['1', 'Person 1', '1, "…"', '', 'remark 1']);
  });

  it.each([
    ['admin', /^columns {3}6 of 6, for the role admin; masked: remark$/m],
    ['user', /^columns {3}5 of 6, for the role user; masked: email, Born "on"; left out: salary$/m],
  ])('are told by --explain for the role %s', async (role, line) => {
    const { code, stdout } = await run(...people, '--role', role, '--explain');
    expect(code).toBe(0);
    expect(stdout.toString()).toMatch(line);
  });

  it('are refused where they are picked and not theirs', async () => {
    const { code, stderr } = await run(...people, '--role', 'user', '--option', 'columns=salary');
    expect(code).toBe(1);
    expect(stderr).toContain('is not one of id, name, email, Born "on", remark.');
  });
});

it('refuses a role that the dataset is not for', async () => {
  const { code, stderr } = await run('people', '--param', 'leader=1', '--role', 'owner');
  expect(code).not.toBe(0);
  expect(stderr).toContain('user, admin');
});
