import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.ts';
import {
  createKey,
  deploymentEnvironment,
  describeDeployments,
  startApi,
  startWorker,
} from '../support/deployment.ts';
import { freePort } from '../support/free-port.ts';
import { newQueuePrefix } from '../support/queue-prefix.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { ROWS_DATASET } from '../support/rows.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { startTraceReceiver } from '../support/trace-receiver.ts';
import type { ReceivedSpan } from '../support/trace-receiver.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, WEBHOOKS_ON_LOOPBACK } from '../support/webhook-receiver.ts';

const TIMEOUT_MS = 240_000;
const STEPS = ['connect', 'query', 'upload', 'publish'];

const database = useTestDatabase();
const storage = useTestStore();

beforeAll(async () => {
  expect((await runCommand(['migrate'], deploymentEnvironment(database, storage))).code).toBe(0);
}, TIMEOUT_MS);

/** Names from the span up to where its trace came in. */
function wayUp(spans: readonly ReceivedSpan[], name: string): string[] {
  const names: string[] = [];
  let span = spans.find((one) => one.name === name);
  while (span !== undefined) {
    const { parentSpanId } = span;
    names.push(span.name);
    span = spans.find(({ spanId }) => spanId === parentSpanId);
  }
  return names;
}

const traceOf = () => randomBytes(16).toString('hex');

describeDeployments((redisUrl) => {
  async function installation() {
    const collector = await startTraceReceiver();
    const receiver = await startWebhookReceiver();
    onTestFinished(async () => {
      await collector.close();
      await receiver.close();
    });
    const env = {
      ...deploymentEnvironment(database, storage, redisUrl),
      ...ROWS_DATASET,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      // One lane, whatever a busy machine makes of the estimate.
      FAST_LANE_MAX_ROWS: '0',
      WEBHOOK_SECRET_KEY: 'a-key-for-tests-of-at-least-32-characters',
      ...WEBHOOKS_ON_LOOPBACK,
    };
    const api = await startApi(env);
    const key = await createKey('admin', 'operator', env);
    const ask = async (traceId: string) => {
      const response = await fetch(`${api.url}/v1/exports`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        },
        body: JSON.stringify({
          dataset: 'rows',
          params: { count: 1000, lot: traceId },
          notify: { webhook: { url: receiver.url } },
        }),
      });
      expect(response.status, await response.clone().text()).toBe(202);
      expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      return ((await response.json()) as { id: string }).id;
    };
    return { env, api, collector, receiver, client: new RemoteClient(api.url, key), ask };
  }

  it(
    'makes one trace of request, job, query, upload, publishing and message',
    { timeout: TIMEOUT_MS },
    async () => {
      const { env, api, collector, receiver, ask } = await installation();
      const worker = await startWorker(env);
      const traceId = traceOf();
      const id = await ask(traceId);
      await receiver.arrived(1);
      const spans = await collector.complete(traceId, [
        'POST /v1/exports',
        'export',
        ...STEPS,
        'send webhook',
      ]);
      for (const step of STEPS) {
        expect(wayUp(spans, step)).toEqual([
          step,
          'export',
          'process exports',
          'add exports.export',
          'POST /v1/exports',
        ]);
      }
      expect(wayUp(spans, 'send webhook')).toEqual([
        'send webhook',
        'process notifications',
        'add notifications.notification',
        'process exports',
        'add exports.export',
        'POST /v1/exports',
      ]);
      expect(spans.find(({ name }) => name === 'POST /v1/exports')).toMatchObject({
        service: 'rowferry-api',
        parentSpanId: '00f067aa0ba902b7',
        facts: { 'http.route': '/v1/exports', 'http.response.status_code': 202 },
      });
      expect(spans.find(({ name }) => name === 'export')).toMatchObject({
        service: 'rowferry-worker',
        facts: { 'rowferry.export.id': id },
      });
      // The lines of the log lead to the trace.
      await api.command.printed(new RegExp(traceId));
      const line = (await worker.printed(new RegExp(`"traceId":"${traceId}".*export completed`)))
        .split('\n')
        .find((text) => text.includes('export completed'));
      expect(JSON.parse(line ?? '')).toMatchObject({ traceId, exportId: id });
      // What the queue and the janitor do for themselves begins no traces.
      const beginnings = collector.spans.filter(({ parentSpanId }) => parentSpanId === '');
      expect(beginnings.filter(({ name }) => !/^(GET|POST|add|process) /.test(name))).toEqual([]);
      // Nothing that was asked for or sent is in a span: no parameter, no query, no address of a receiver.
      expect(collector.bodies.join('')).not.toMatch(/generate_series|select |\/hook/);
    },
  );

  it(
    'keeps to it when the queue loses the job and the janitor adds it again',
    { timeout: TIMEOUT_MS },
    async () => {
      const { env, collector, ask, client } = await installation();
      const traceId = traceOf();
      const id = await ask(traceId);
      await collector.complete(traceId, ['add exports.export']);
      // As if the job had been in a Redis that lost it.
      const elsewhere = { ...env, QUEUE_PREFIX: newQueuePrefix() };
      expect((await runCommand(['migrate'], elsewhere)).code).toBe(0);
      await startWorker(elsewhere);
      await client.until(id, ['completed']);
      const spans = await collector.complete(traceId, ['export', 'publish']);
      expect(wayUp(spans, 'publish').at(-1)).toBe('POST /v1/exports');
      await until(async () => {
        const { rowCount } = await database.pool.query(
          "select from rowferry.export_events where export_id = $1 and kind = 'readded'",
          [id],
        );
        return rowCount === 1;
      });
    },
  );
});

it('shows the trace of a request to nobody who reads its history', { timeout: TIMEOUT_MS }, async () => {
  const collector = await startTraceReceiver();
  onTestFinished(() => collector.close());
  const env = {
    ...deploymentEnvironment(database, storage),
    ...ROWS_DATASET,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
  const { url } = await startApi(env);
  const client = new RemoteClient(url, await createKey('admin', 'operator', env));
  const { id } = await client.request({ dataset: 'rows', params: { count: 1 } });
  const history = await (await client.fetch(`/v1/exports/${id}/history`)).text();
  expect(history).toContain('requested');
  expect(history).not.toContain('traceparent');
});

it(
  'sends those of `rowferry start` too, with all of them before it ends',
  { timeout: TIMEOUT_MS },
  async () => {
    const collector = await startTraceReceiver();
    const home = await mkdtemp(join(tmpdir(), 'rowferry-traces-'));
    onTestFinished(async () => {
      await collector.close();
      await rm(home, { recursive: true });
    });
    const { code, stderr } = await runCommand(['start', '--once'], {
      ...deploymentEnvironment(database, storage),
      ROWFERRY_HOME: home,
      PORT: String(await freePort()),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    });
    expect(code, stderr).toBe(0);
    const service = (name: string) => collector.spans.find((span) => span.name === name)?.service;
    expect(service('POST /v1/exports')).toBe('rowferry-api');
    expect(service('publish')).toBe('rowferry-worker');
  },
);
