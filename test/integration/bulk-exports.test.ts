import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { hasEnded, useBulkService } from '../support/bulk-service.ts';
import { describeQueueBackends } from '../support/queue-backends.ts';
import { readCsv } from '../support/read-csv.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const store = useTestStore();
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
const fileOf = (person: string) => `person,note\n${person},1\n${person},2\n`;

interface Line {
  subject: string;
  status: string;
  rows: number;
  bytes: number;
  sha256: string | null;
  link: string | null;
  error: string | null;
}

describeQueueBackends(database, (queue) => {
  const service = useBulkService(database, store, queue, { BULK_MAX_IN_FLIGHT: '24' });
  /** How often each subject was exported, over all rounds. */
  const exportsOf = async (id: string) => {
    const { rows } = await database.pool.query<{ subject: string; count: number }>(
      'select subject, count(*)::int as count from rowferry.exports where bulk_id = $1 group by subject',
      [id],
    );
    return new Map(rows.map(({ subject, count }) => [subject, count]));
  };
  const linesOf = async (id: string) => JSON.parse((await service.manifest(id, 'json')).toString()) as Line[];

  const size = queue.kind === 'redis' ? 300 : 100;
  it(
    `makes ${size} exports, each once, with two workers and never too many at a time`,
    { timeout: 120_000 },
    async () => {
      const id = await service.start({ subjects: { named: 'first', params: { count: size } } });
      await service.worker({ WORKER_BULK_LANE_CONCURRENCY: '3' });
      await service.worker({ WORKER_BULK_LANE_CONCURRENCY: '3' });
      let most = 0;
      const bulk = await service.until(
        id,
        ({ status, counts }) => {
          most = Math.max(most, (counts['queued'] ?? 0) + (counts['running'] ?? 0));
          return hasEnded(status);
        },
        110,
      );
      expect(bulk.status).toBe('completed');
      expect(most).toBeLessThanOrEqual(24);
      expect(bulk.counts).toMatchObject({ total: size, completed: size, failed: 0, waiting: 0 });
      expect(bulk.progress).toMatchObject({ rows: 2 * size, percent: 100, etaSeconds: 0 });
      const made = await exportsOf(id);
      expect(made.size).toBe(size);
      expect(new Set(made.values())).toEqual(new Set([1]));
      const lines = await linesOf(id);
      expect(lines.length).toBe(size);
      for (const line of lines) {
        const content = fileOf(line.subject);
        expect(line).toMatchObject({
          status: 'completed',
          rows: 2,
          bytes: content.length,
          sha256: sha256(content),
        });
      }
    },
  );

  it('ends with a manifest of what is really there, as CSV and as JSON', async () => {
    await service.worker();
    const id = await service.start({ subjects: ['7', '8', '7'], options: { compression: 'none' } });
    const bulk = await service.ended(id);
    expect(bulk).toMatchObject({ status: 'completed', subjects: 'list', counts: { total: 2, completed: 2 } });
    for (const format of ['csv', 'json'] as const) {
      const content = await service.manifest(id, format);
      expect(bulk.manifest?.[format]).toMatchObject({ bytes: content.length, sha256: sha256(content) });
    }
    const lines = await linesOf(id);
    const [header = [], ...rows] = readCsv((await service.manifest(id, 'csv')).toString());
    expect(header).toEqual(['subject', 'status', 'rows', 'bytes', 'sha256', 'link', 'error']);
    expect(rows.map((row) => row[0])).toEqual(['7', '8']);
    expect(rows.map((row) => row[5])).toEqual(lines.map(({ link }) => link));
    for (const { subject, link, sha256: told } of lines) {
      expect(link).not.toContain('X-Amz');
      const { headers } = await service.api.call('GET', link ?? '', { key: service.api.keys.admin });
      const content = Buffer.from(await (await fetch(headers.get('location') ?? '')).arrayBuffer());
      expect(content.toString()).toBe(fileOf(subject));
      expect(sha256(content)).toBe(told);
    }
  });

  it('counts subjects that the query finds twice once, and says which the dataset does not take', async () => {
    await service.worker();
    const id = await service.start({
      subjects: { named: 'first', params: { count: 6, twice: true, odd: 'x' } },
    });
    const bulk = await service.ended(id);
    expect(bulk).toMatchObject({
      status: 'completed_with_failures',
      counts: { total: 4, completed: 3, failed: 1 },
    });
    expect(bulk.failures).toEqual([
      {
        code: 'invalid_subject',
        message: 'person must be the number of a person.',
        count: 1,
        subjects: ['x'],
      },
    ]);
    const response = await service.call('POST', `/${id}/retry`);
    expect(await response.json()).toMatchObject({ status: 409, code: 'nothing_to_retry' });
  });

  it('says what failed and why, and retries that alone', async () => {
    await service.worker();
    const id = await service.start({
      subjects: { named: 'first', params: { count: 9 } },
      params: { broken: 3 },
    });
    const first = await service.ended(id);
    expect(first).toMatchObject({ status: 'completed_with_failures', counts: { completed: 6, failed: 3 } });
    expect(first.failures).toMatchObject([
      { code: 'source_query_failed', count: 3, subjects: ['3', '6', '9'] },
    ]);
    const before = await linesOf(id);
    expect(before.find(({ subject }) => subject === '3')).toMatchObject({
      status: 'failed',
      error: 'source_query_failed',
      link: null,
    });
    await database.pool.query('create table mended ()');
    try {
      expect((await service.call('POST', `/${id}/retry`)).status).toBe(202);
      const second = await service.until(id, ({ status, round }) => round === 2 && status === 'completed');
      expect(second.counts).toMatchObject({ total: 9, completed: 9, failed: 0 });
    } finally {
      await database.pool.query('drop table mended');
    }
    const made = await exportsOf(id);
    expect(
      [...made]
        .filter(([, count]) => count === 2)
        .map(([subject]) => subject)
        .sort(),
    ).toEqual(['3', '6', '9']);
    expect([...made.values()].reduce((sum, count) => sum + count)).toBe(12);
    const after = await linesOf(id);
    expect(after.every(({ status }) => status === 'completed')).toBe(true);
    const kept = (lines: Line[]) => lines.find(({ subject }) => subject === '1')?.link;
    expect(kept(after)).toBe(kept(before));
    // The manifest of the first round is swept.
    await vi.waitUntil(async () => (await keysOf(id)).length === 2, { timeout: 40_000, interval: 500 });
  }, 60_000);

  it('cancels in the middle: what is done stays, nothing else begins', async () => {
    await service.worker();
    const id = await service.start({
      subjects: { named: 'first', params: { count: 300 } },
      params: { napMs: 30 },
    });
    const middle = await service.until(id, ({ counts }) => (counts['completed'] ?? 0) >= 5);
    // At least 30 ms for each of those that are left, by three at a time.
    expect(middle.progress.etaSeconds).toBeGreaterThan(1);
    expect(middle.progress.percent).toBeLessThan(99);
    expect(middle.progress.rows).toBeGreaterThanOrEqual(2 * (middle.counts['completed'] ?? 0));
    expect((await service.call('POST', `/${id}/cancel`)).status).toBe(200);
    const bulk = await service.ended(id);
    expect(bulk.status).toBe('cancelled');
    const { completed = 0, cancelled = 0 } = bulk.counts;
    expect(completed).toBeGreaterThanOrEqual(5);
    expect(completed + cancelled).toBe(300);
    expect(cancelled).toBeGreaterThan(100);
    const lines = await linesOf(id);
    expect(lines.filter(({ link }) => link !== null).length).toBe(completed);
    expect((await service.call('POST', `/${id}/cancel`)).status).toBe(200);
    expect((await exportsOf(id)).size).toBeLessThan(300);
  });

  it('fails before any export is made when there are too many subjects, or the query is broken', async () => {
    await service.worker({ BULK_MAX_SUBJECTS: '50' });
    const many = await service.ended(
      await service.start({ subjects: { named: 'first', params: { count: 51 } } }),
    );
    expect(many).toMatchObject({
      status: 'failed',
      error: { code: 'too_many_subjects' },
      counts: { total: 0 },
    });
    expect((await exportsOf(many.id)).size).toBe(0);
    const bad = await service.ended(
      await service.start({ subjects: { named: 'first', params: { count: 40, odd: 'canary\n' } } }),
    );
    expect(bad).toMatchObject({ status: 'failed', error: { code: 'bad_subjects' } });
    // By its number, after the first batch too, and without its text: the message is logged.
    expect(bad.error?.message).toMatch(/^Number 41 of .* it has a control character\./);
    expect(bad.error?.message).not.toContain('canary');
    expect(await (await service.call('GET', `/${bad.id}/manifest`)).json()).toMatchObject({
      code: 'not_ready',
    });
    expect((await service.call('POST', `/${bad.id}/retry`)).status).toBe(202);
    await service.until(bad.id, ({ round, status }) => round === 2 && status === 'failed');
  });

  it('deletes a bulk export with its exports and files', async () => {
    await service.worker();
    const id = await service.start({ subjects: ['1', '2'] });
    await service.ended(id);
    const [line] = await linesOf(id);
    expect((await service.call('DELETE', `/${id}`)).status).toBe(204);
    expect((await service.call('GET', `/${id}`)).status).toBe(404);
    await vi.waitUntil(
      async () =>
        (await service.api.call('GET', line?.link ?? '', { key: service.api.keys.admin })).status === 404,
      { timeout: 40_000, interval: 100 },
    );
    await vi.waitUntil(async () => (await keysOf(id)).length === 0, { timeout: 40_000, interval: 100 });
  });

  async function keysOf(id: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of store.store.list(`exports/${id}/`)) keys.push(key);
    return keys;
  }
});
