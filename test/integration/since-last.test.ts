// `since: "last"`: what has changed since the export before, and nothing is ever missed.
import type { PoolClient } from 'pg';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dataset } from '../../datasets/diary.ts';
import type { SignedManifest } from '../../src/manifest/signed-manifest.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { readCsv } from '../support/read-csv.ts';
import { runTestExport } from '../support/run-test-export.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage);
const never = new AbortController().signal;
const HEADER = 'title,year,director,rating,comment,watched_at,external_metadata_id,change';
const ENTRIES = 30;
let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = createWorkerFixture(database, storage.store);
  await seedDiary(database.url, [{ users: { from: 1, to: 40 }, entries: ENTRIES }]);
});

let person = 0;
/** Somebody whom no other test has to do with. */
const somebody = () => String(++person);
const sql = (text: string, values: unknown[] = []) => database.pool.query(text, values);

interface Exported {
  id: string;
  status: string;
  file: { columns: string[] } | null;
}
/** Asks as an admin for somebody's diary, has it made, and reads what is in it. */
const ask = async (userId: string, body: object = { options: { since: 'last' } }) => {
  const asked = { dataset: 'diary', params: { userId }, ...body };
  const response = await api.call('POST', '/v1/exports', { key: api.keys.admin, body: asked });
  const { id } = (await response.json()) as { id: string };
  return make(id);
};
const look = async <T>(path: string) => {
  const response = await api.call('GET', `/v1/exports/${path}`, { key: api.keys.admin });
  return (await response.json()) as T;
};
const make = async (id: string) => {
  await fixture.createProcessor({ dataset }).process(id, never);
  const one = await look<Exported>(id);
  const { manifest } = await look<SignedManifest>(`${id}/manifest`);
  const { url } = await look<{ url: string }>(`${id}/link`);
  const text = await (await fetch(url)).text();
  const [header = [], ...rows] = manifest.format === 'csv' ? readCsv(text) : [];
  return { id, one, manifest, header: header.join(), rows: rows.map((row) => row.join('|')) };
};
const whole = async (userId: string) => {
  const made = await runTestExport({ connectionString: database.url, dataset, params: { userId } });
  return readCsv(made.text)
    .slice(1)
    .map((row) => row.join('|'));
};
/** What a reader of the files has, who began with nothing: rows may be there twice. */
const applied = (before: readonly string[], changes: readonly string[]): string[] => {
  const rows = [...before];
  for (const change of changes) {
    const [, row = '', what] = /^([^]*)\|(added|removed)$/.exec(change) ?? [];
    if (what === 'added') rows.push(row);
    else expect(rows.splice(rows.indexOf(row), rows.includes(row) ? 1 : 0)).toEqual([row]);
  }
  return rows.sort();
};
const watch = (client: Pick<PoolClient, 'query'>, userId: string, comment: string) =>
  client.query(
    `insert into reviews (movie_id, user_id, rating, comment, watched_at) values (1, $1, 7, $2, now())`,
    [userId, comment],
  );

describe('the first', () => {
  it('holds everything as added, and the manifest says so', async () => {
    const me = somebody();
    const { header, rows, manifest, one } = await ask(me);
    expect(header).toBe(HEADER);
    expect(rows).toHaveLength(ENTRIES);
    expect(applied([], rows)).toEqual((await whole(me)).sort());
    const { since, snapshot } = manifest;
    expect(since).toEqual({ from: null, to: snapshot, export: null });
    expect(snapshot.server).toMatch(/^\d+\/[\dA-F]{8}$/);
    expect(one.file?.columns.at(-1)).toBe('change');
  });
});

describe('each after it', () => {
  it('holds what was added, changed and removed since, and says from what to what', async () => {
    const me = somebody();
    const first = await ask(me);
    await watch(database.pool, me, 'new');
    await sql(
      `update reviews set comment = 'changed' where id = (select min(id) from reviews where user_id = $1)`,
      [me],
    );
    await sql(
      'delete from reviews where id = (select max(id) from reviews where user_id = $1 and comment is distinct from $2)',
      [me, 'new'],
    );
    const second = await ask(me);
    expect(second.rows.map((row) => row.split('|').at(-1)).sort()).toEqual([
      'added',
      'added',
      'removed',
      'removed',
    ]);
    expect(applied(applied([], first.rows), second.rows)).toEqual((await whole(me)).sort());
    expect(second.manifest.since).toEqual({
      from: first.manifest.snapshot,
      to: second.manifest.snapshot,
      export: first.id,
    });
    const third = await ask(me);
    expect(third.rows).toEqual([]);
    expect(third.header).toBe(HEADER);
  });

  it('knows that a film is called otherwise now', async () => {
    const me = somebody();
    await sql(`insert into movies (id, title, release_year) values (900000, 'Old', 1968)`);
    await sql('update reviews set movie_id = 900000 where user_id = $1', [me]);
    const first = await ask(me);
    await sql(`update movies set title = 'New' where id = 900000`);
    const { rows } = await ask(me);
    expect(rows).toHaveLength(2 * ENTRIES);
    expect(applied(applied([], first.rows), rows)).toEqual((await whole(me)).sort());
  });

  it('says nothing of what came and went in between', async () => {
    const me = somebody();
    await ask(me);
    await watch(database.pool, me, 'for a moment');
    await sql(`delete from reviews where user_id = $1 and comment = 'for a moment'`, [me]);
    await sql('update reviews set rating = rating where user_id = $1', [me]);
    const { rows } = await ask(me);
    expect(rows).toHaveLength(2 * ENTRIES);
    expect(rows.join()).not.toContain('for a moment');
  });

  it('goes by the filters: a row that leaves them is removed', async () => {
    const me = somebody();
    const body = { params: { userId: me, minRating: 5 }, options: { since: 'last' } };
    const first = await ask(me, body);
    await sql('update reviews set rating = 1 where user_id = $1', [me]);
    const { rows, manifest } = await ask(me, body);
    expect(manifest.since?.export).toBe(first.id);
    expect(applied(applied([], first.rows), rows)).toEqual([]);
    // Other filters are another export.
    expect((await ask(me)).manifest.since?.from).toBeNull();
  });
});

describe('a transaction that commits late', () => {
  const inTransaction = async () => {
    const client = await database.pool.connect();
    onTestFinished(() => client.release());
    await client.query('begin');
    return client;
  };

  it('is not missed: it began before the export, and was committed after it', async () => {
    const me = somebody();
    const late = await inTransaction();
    await watch(late, me, 'late');
    await late.query('update reviews set rating = 1 where user_id = $1 and comment is null', [me]);
    // One that begins later and is done earlier.
    await watch(database.pool, me, 'quick');
    const first = await ask(me);
    expect(first.rows.join()).toContain('|quick|');
    expect(first.rows.join()).not.toContain('|late|');
    await late.query('commit');
    const second = await ask(me);
    expect(second.rows.join()).toContain('|late|');
    expect(second.rows.join()).not.toContain('|quick|');
    expect(applied(applied([], first.rows), second.rows)).toEqual((await whole(me)).sort());
  });

  it('is not missed however many exports were made meanwhile', async () => {
    const me = somebody();
    const late = await inTransaction();
    await watch(late, me, 'very late');
    await late.query('delete from reviews where id = (select min(id) from reviews where user_id = $1)', [me]);
    let state: string[] = [];
    for (let round = 0; round < 3; round++) {
      await watch(database.pool, me, `round ${round}`);
      state = applied(state, (await ask(me)).rows);
    }
    await late.query('commit');
    state = applied(state, (await ask(me)).rows);
    expect(state).toEqual((await whole(me)).sort());
    expect(state.join()).toContain('very late');
  });

  it('that is rolled back was never there', async () => {
    const me = somebody();
    const late = await inTransaction();
    await late.query('delete from reviews where user_id = $1', [me]);
    await ask(me);
    await late.query('rollback');
    expect((await ask(me)).rows).toEqual([]);
  });

  it('is right beside writers that never stop', async () => {
    const me = somebody();
    let writing = true;
    onTestFinished(() => {
      writing = false;
    });
    const writer = async (number: number) => {
      for (let turn = 0; writing; turn++) {
        const client = await database.pool.connect();
        try {
          await client.query('begin');
          await watch(client, me, `${number} ${turn}`);
          await client.query(
            `update reviews set rating = $2 where id = (select id from reviews where user_id = $1 and comment like $3 limit 1)`,
            [me, turn % 10, `${number} %`],
          );
          if (turn % 3 === 0) {
            await client.query(
              `delete from reviews where id = (select min(id) from reviews where user_id = $1 and comment like $2)`,
              [me, `${number} %`],
            );
          }
          await client.query(turn % 5 === 4 ? 'rollback' : 'commit');
        } finally {
          client.release();
        }
      }
    };
    const writers = [1, 2].map(writer);
    let state: string[] = [];
    for (let round = 0; round < 8; round++) state = applied(state, (await ask(me)).rows);
    writing = false;
    await Promise.all(writers);
    state = applied(state, (await ask(me)).rows);
    expect(state).toEqual((await whole(me)).sort());
  });
});

describe('the last export', () => {
  it('is one that was completed, of the same rows; its file need not be there, nor its format be the same', async () => {
    const me = somebody();
    const full = await ask(me, { format: 'json' });
    await watch(database.pool, me, 'since the whole');
    const failed = await fixture.records.create({
      ...{ tenant: 'default', role: 'admin', subject: 'operator', dataset: 'diary', formats: ['csv'] },
      params: { userId: me },
    });
    await fixture.createProcessor({ dataset, limits: { maxRows: 1 } }).process(failed.id, never);
    await api.call('POST', `/v1/exports/${full.id}/expire`, { key: api.keys.admin });
    const { rows, manifest } = await ask(me, { format: 'csv', options: { since: 'last' } });
    expect(manifest.since?.export).toBe(full.id);
    expect(rows).toHaveLength(1);
    // What was deleted does not count, so that rows come twice rather than never.
    await api.call('DELETE', `/v1/exports/${manifest.exportId}`, { key: api.keys.admin });
    expect((await ask(me)).rows).toHaveLength(1);
  });

  it('may be in several formats, which all hold the same changes', async () => {
    const me = somebody();
    const body = { formats: ['csv', 'json'], options: { since: 'last' } };
    const first = await ask(me, body);
    await watch(database.pool, me, 'in both');
    const second = await ask(me, body);
    expect(second.manifest.since?.export).toBe(first.id);
    expect(second.rows).toHaveLength(1);
    const { url } = await look<{ url: string }>(`${second.id}/link?format=json`);
    const [row] = (await (await fetch(url)).json()) as [object];
    expect(row).toMatchObject({ comment: 'in both', change: 'added' });
  });

  it('has all columns that are asked for: of others nobody has what did not change', async () => {
    const me = somebody();
    const titles = { options: { since: 'last', columns: ['title'] } };
    await ask(me, titles);
    const all = await ask(me);
    expect(all.manifest.since).toMatchObject({ from: null, export: null });
    expect(applied([], all.rows)).toEqual((await whole(me)).sort());
    const preview = async (options: object) => {
      const body = { dataset: 'diary', params: { userId: me }, options };
      const response = await api.call('POST', '/v1/exports/preview', { key: api.keys.admin, body });
      return ((await response.json()) as { rows: number }).rows;
    };
    // It has the titles too, and stands in for one that has nothing else.
    expect(await preview(titles.options)).toBe(0);
    const second = await ask(me, titles);
    expect(second.manifest.since?.export).toBe(all.id);
    // The newest that has them all, over one that has fewer.
    expect(await preview({ since: 'last' })).toBe(0);
    expect((await ask(me)).manifest.since?.export).toBe(all.id);
  });

  it('shows the columns as this one does: what was masked in it is not known from it', async () => {
    const me = somebody();
    const { id } = await ask(me);
    await sql(
      `update rowferry.exports set manifests = jsonb_set(manifests, '{csv,manifest,columns,3,masked}', 'true')
        where id = $1`,
      [id],
    );
    expect((await ask(me)).manifest.since?.from).toBeNull();
  });

  it('is nobody else’s', async () => {
    const me = somebody();
    await ask(me);
    const others = await fixture.records.create({
      ...{ tenant: 'default', role: 'user', subject: me, dataset: 'diary', formats: ['csv'] },
      ...{ params: { userId: me }, options: { compression: 'none', since: 'last' } },
    });
    expect((await make(others.id)).manifest.since?.from).toBeNull();
  });

  it('of a schedule is its own: what somebody asks for beside it leaves no gap', async () => {
    const me = somebody();
    const scheduleId = crypto.randomUUID();
    const run = async () => {
      const { id } = await fixture.records.create({
        ...{
          tenant: 'default',
          role: 'admin',
          subject: 'operator',
          dataset: 'diary',
          formats: ['csv'],
          scheduleId,
        },
        ...{ params: { userId: me }, options: { compression: 'none', since: 'last' } },
      });
      return make(id);
    };
    const first = await run();
    await watch(database.pool, me, 'seen twice');
    expect((await ask(me)).manifest.since?.from).toBeNull();
    const second = await run();
    expect(second.manifest.since?.export).toBe(first.id);
    expect(second.rows).toHaveLength(1);
  });

  it('counts only where it was read from the same server: a restored one counts transactions anew', async () => {
    const me = somebody();
    const { id } = await ask(me);
    await sql(
      `update rowferry.exports set manifests = jsonb_set(manifests, '{csv,manifest,snapshot,server}', '"1/00000001"')
        where id = $1`,
      [id],
    );
    const { rows, manifest } = await ask(me);
    expect(manifest.since?.from).toBeNull();
    expect(rows).toHaveLength(ENTRIES);
  });
});

describe('a request', () => {
  it('previews what the file would hold', async () => {
    const me = somebody();
    await ask(me);
    await watch(database.pool, me, 'to be seen');
    const body = { dataset: 'diary', params: { userId: me }, options: { since: 'last' } };
    const preview = await api.call('POST', '/v1/exports/preview', { key: api.keys.admin, body });
    const { text, rows, complete } = (await preview.json()) as {
      text: string;
      rows: number;
      complete: boolean;
    };
    expect([rows, complete, text.split('\n')[0]]).toEqual([1, true, HEADER]);
    expect(text).toContain('to be seen');
  });

  it('is refused where the dataset does not know, and with another order', async () => {
    const refused = async (body: object) => {
      const response = await api.call('POST', '/v1/exports', { body });
      const { errors } = (await response.json()) as { errors: { pointer: string; detail: string }[] };
      return [response.status, errors[0]?.pointer, errors[0]?.detail] as const;
    };
    expect(await refused({ dataset: 'diary-letterboxd', options: { since: 'last' } })).toEqual([
      400,
      '/options/since',
      'cannot be had: diary-letterboxd does not know what has changed',
    ]);
    expect(await refused({ dataset: 'diary', options: { since: 'last', sort: ['title'] } })).toContain(
      '/options/sort',
    );
    expect(await refused({ dataset: 'diary', options: { since: 'first' } })).toContain('/options/since');
  });

  it('goes with picked columns, labels and every format', async () => {
    const me = somebody();
    const options = { since: 'last', columns: ['rating', 'title'], headers: 'labels' };
    expect((await ask(me, { options })).header).toBe('Rating,Title,Change');
    await watch(database.pool, me, 'x');
    const { one } = await ask(me, { format: 'xlsx', options: { since: 'last' } });
    expect([one.status, one.file?.columns.at(-1)]).toEqual(['completed', 'change']);
  });
});
