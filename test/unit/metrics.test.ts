import { describe, expect, it } from 'vitest';
import { operations } from '../../src/api/contract/index.ts';
import { routeFinder } from '../../src/api/route-of.ts';
import { Metrics } from '../../src/metrics.ts';
import type { Backlog } from '../../src/metrics/backlog-metrics.ts';
import { OutsideReading } from '../../src/metrics/outside-reading.ts';

const none: Backlog = {
  queued: 0,
  running: 0,
  oldestQueuedSeconds: 0,
  notificationsDue: 0,
  oldestNotificationSeconds: 0,
};
const never = () => new Promise<never>(() => undefined);

describe('gauges of what lies outside', () => {
  it('are not shown before anybody watches', async () => {
    expect(await new Metrics().render()).not.toMatch(/^rowferry_(queue|database_up|exports_unfinished)/m);
  });

  it('go when their source hangs, while the scrape goes on and says that it is away', async () => {
    const metrics = new Metrics();
    metrics.backlog.watch({ queue: never, records: () => Promise.resolve({ ...none, queued: 7 }) });
    const text = await metrics.render();
    expect(text).toMatch(/^rowferry_queue_up 0$/m);
    expect(text).not.toMatch(/^rowferry_queue_jobs\{/m);
    expect(text).toMatch(/^rowferry_database_up 1$/m);
    expect(text).toMatch(/^rowferry_exports_unfinished\{status="queued"\} 7$/m);
  });

  it('go when their source fails', async () => {
    const metrics = new Metrics();
    metrics.backlog.watch({
      queue: () => Promise.resolve([{ state: 'waiting', lane: 'normal', jobs: 3 }]),
      records: () => Promise.reject(new Error('away')),
    });
    const text = await metrics.render();
    expect(text).toMatch(/^rowferry_queue_jobs\{state="waiting",lane="normal"\} 3$/m);
    expect(text).toMatch(/^rowferry_database_up 0$/m);
    expect(text).not.toMatch(/^rowferry_exports_(unfinished|oldest\w+)[ {]/m);
  });

  it('are read once for many scrapes, and what comes too late is not shown', async () => {
    let asked = 0;
    const shown: number[] = [];
    let answer: (value: number) => void = () => undefined;
    const reading = (freshMs: number) =>
      new OutsideReading<number>({
        read: () => {
          asked++;
          return new Promise((resolve) => {
            answer = resolve;
          });
        },
        show: (value) => shown.push(value),
        hide: () => shown.push(-1),
        timeoutMs: 50,
        freshMs,
      });
    const slow = reading(60_000);
    await Promise.all([slow.refresh(), slow.refresh()]);
    answer(1);
    await slow.refresh();
    expect({ asked, shown }).toEqual({ asked: 1, shown: [-1] });
    const quick = reading(60_000);
    const refreshed = quick.refresh();
    answer(2);
    await refreshed;
    await quick.refresh();
    expect({ asked, shown }).toEqual({ asked: 2, shown: [-1, 2] });
  });
});

describe('labels', () => {
  it('take no more error codes than there may be', async () => {
    const metrics = new Metrics();
    const failed = (code: string) =>
      metrics.exports.ended({ dataset: 'diary', format: 'csv' }, { outcome: 'failed', code });
    for (let index = 0; index < 500; index++) failed(`code_${index}`);
    failed('with "quotes"');
    const codes = (await metrics.render()).match(/^rowferry_exports_ended_total\{.*$/gm) ?? [];
    expect(codes).toHaveLength(101);
    expect(codes.find((line) => line.includes('code="other"'))).toMatch(/ 401$/);
  });

  it.each([
    ['GET', '/v1/exports', 'GET', '/v1/exports'],
    ['GET', '/v1/exports/86d4c1c2-8cb4-4b33-8733-6e645b35e52f', 'GET', '/v1/exports/{id}'],
    ['DELETE', '/v1/exports/../../etc', 'DELETE', 'other'],
    ['GET', '/metrics', 'GET', '/metrics'],
    ['BREW', '/docs', 'other', 'other'],
  ])('of %s %s are %s %s', (method, path, label, route) => {
    expect(routeFinder(operations, ['/metrics'])(method, path)).toEqual({ method: label, route });
  });
});

it('names every metric as Prometheus advises', () => {
  for (const { name, type, labels, help } of new Metrics().describe()) {
    expect(help, name).not.toBe('');
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name.endsWith('_total'), name).toBe(type === 'counter');
    expect(name, 'base units').not.toMatch(/(_ms|milli|micro|kilo|mega|minutes|hours|_kb|_mb|percent)/);
    expect(name, 'the kind of metric is no part of its name').not.toMatch(
      /(counter|gauge|histogram|summary)/,
    );
    for (const label of labels) expect(LABELS, `${name}{${label}}`).toContain(label);
  }
});

/** Every label there may be: all take their values from short lists. */
const LABELS = [
  ...['method', 'route', 'status', 'state', 'lane', 'dataset', 'format', 'outcome', 'code', 'stage'],
  ...['channel', 'repair', 'round', 'version', 'node'],
  // Of Node.js itself.
  ...['major', 'minor', 'patch', 'type', 'kind', 'space'],
];
