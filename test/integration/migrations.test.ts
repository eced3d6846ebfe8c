import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { expect, it } from 'vitest';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();

const move = (direction: 'up' | 'down', count = Infinity) =>
  runner({
    databaseUrl: database.url,
    dir: fileURLToPath(new URL('../../src/db/migrations', import.meta.url)),
    direction,
    count,
    schema: 'rowferry',
    migrationsTable: 'migrations',
    log: () => undefined,
  });

/** Every column with its type, and every index. */
async function tables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ line: string }>(
    `select format('%s.%s %s', table_name, column_name, data_type) as line
       from information_schema.columns where table_schema = 'rowferry'
     union all select indexdef from pg_indexes where schemaname = 'rowferry'
     order by line`,
  );
  return rows.map(({ line }) => line);
}

it('takes back every migration, and then makes the same tables again', async () => {
  const before = await tables();
  await move('down');
  expect(await tables()).toEqual(expect.not.arrayContaining([expect.stringMatching(/^exports\./)]));
  await move('up');
  expect(await tables()).toEqual(before);
});

it('keeps the file of an export that was made before there were several', async () => {
  const back = (await move('down')).map(({ name }) => name);
  await move('up', back.reverse().indexOf('0014_formats'));
  await database.pool.query(
    `insert into rowferry.exports (id, tenant, role, subject, dataset, format, params, options, status, attempt,
                                   object_key, file_name, sha256, encoder, manifest, bytes, rows, expires_at, finished_at)
     values (gen_random_uuid(), 'default', 'user', '1', 'diary', 'csv', '{}', '{}', 'completed', 1,
             'key', 'diary.csv', 'abc', '{"path": "bytes", "columns": [{"name": "title"}]}', '{"version": 1}', 5, 2,
             now() + interval '1 day', now())`,
  );
  await move('up');
  const { rows } = await database.pool.query(
    'select formats, format, object_key, sha256, files, manifests from rowferry.exports',
  );
  expect(rows).toEqual([
    {
      formats: ['csv'],
      format: 'csv',
      object_key: 'key',
      sha256: 'abc',
      files: [
        {
          ...{ format: 'csv', objectKey: 'key', name: 'diary.csv', bytes: 5, sha256: 'abc' },
          ...{ encoder: { path: 'bytes' }, columns: [{ name: 'title' }] },
        },
      ],
      manifests: { csv: { version: 1 } },
    },
  ]);
});

it('keeps the format of a schedule that was made before there could be several', async () => {
  const back = (await move('down')).map(({ name }) => name);
  await move('up', back.reverse().indexOf('0019_schedule_formats'));
  await database.pool.query(
    `insert into rowferry.schedules (id, tenant, role, subject, title, cron, time_zone, dataset, format, params, options,
                                     next_at)
     values (gen_random_uuid(), 'default', 'user', '1', 'Diary', '0 6 * * 1', 'UTC', 'diary', 'xlsx', '{}', '{}', now())`,
  );
  const since = await move('up');
  const shown = () => database.pool.query('select format, formats from rowferry.schedules');
  expect((await shown()).rows).toEqual([{ format: 'xlsx', formats: ['xlsx'] }]);
  await database.pool.query(`update rowferry.schedules set formats = '{csv,xlsx}'`);
  await move('down', since.length);
  await move('up');
  expect((await shown()).rows).toEqual([{ format: 'csv', formats: ['csv'] }]);
});
