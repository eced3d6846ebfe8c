import { randomBytes } from 'node:crypto';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { runCommand } from '../support/command.ts';
import {
  createKey,
  deploymentEnvironment,
  describeDeployments,
  startApi,
  startWorker,
} from '../support/deployment.ts';
import { everythingInRedis, everythingInTheDatabase } from '../support/everything-stored.ts';
import { freePort } from '../support/free-port.ts';
import { startMailServer } from '../support/mail-server.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { ROWS_DATASET } from '../support/rows.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { hs256, ISSUER, AUDIENCE } from '../support/tokens.ts';
import { startTraceReceiver } from '../support/trace-receiver.ts';
import { startWebhookReceiver, WEBHOOKS_ON_LOOPBACK } from '../support/webhook-receiver.ts';

const TIMEOUT_MS = 240_000;

const database = useTestDatabase();
const storage = useTestStore();
/** Not to be found in anything else. */
const canary = (name: string) => `canary-${name}-${randomBytes(12).toString('hex')}`;

beforeAll(async () => {
  expect((await runCommand(['migrate'], deploymentEnvironment(database, storage))).code).toBe(0);
}, TIMEOUT_MS);

describeDeployments((redisUrl) => {
  it(
    'no secret is in a log, a record, a job, an answer, a metric or a trace',
    { timeout: TIMEOUT_MS },
    async () => {
      const secrets: Record<string, string> = {
        databasePassword: canary('database'),
        mailPassword: canary('mail'),
        webhookKey: canary('webhook-key'),
        tokenSecret: canary('token'),
        metricsToken: canary('metrics-of-32-characters'),
        collectorHeader: canary('collector'),
        s3Secret: storage.options.credentials?.secretAccessKey ?? '',
        wrongS3Secret: canary('s3'),
      };
      const role = `canary_${randomBytes(6).toString('hex')}`;
      await database.pool.query(
        `create role ${role} superuser login password '${secrets['databasePassword']}'`,
      );
      const collector = await startTraceReceiver();
      const receiver = await startWebhookReceiver();
      // It knows another password, so every message is refused.
      const mail = await startMailServer('another password');
      const address = new URL(database.url);
      const proxy = await startTcpProxy({ host: address.hostname, port: Number(address.port || 5432) });
      onTestFinished(async () => {
        await Promise.all([collector.close(), receiver.close(), mail.close(), proxy.close()]);
        await database.pool.query('delete from rowferry.webhooks');
        await database.pool.query(`drop role if exists ${role}`);
      });
      const url = new URL(database.url);
      url.username = role;
      url.password = secrets['databasePassword'] ?? '';
      url.hostname = '127.0.0.1';
      url.port = String(proxy.port);
      const mailUrl = new URL(mail.url);
      mailUrl.password = secrets['mailPassword'] ?? '';
      const workerPort = String(await freePort());
      const env = {
        ...deploymentEnvironment(database, storage, redisUrl),
        ...ROWS_DATASET,
        LOG_LEVEL: 'trace',
        EXPORT_MAX_ROWS: '1000',
        DATABASE_URL: url.href,
        SMTP_URL: mailUrl.href,
        MAIL_FROM: 'Exports <exports@example.org>',
        PUBLIC_URL: 'https://exports.example.org',
        WEBHOOK_SECRET_KEY: secrets['webhookKey'] ?? '',
        ...WEBHOOKS_ON_LOOPBACK,
        AUTH_JWT_SECRET: secrets['tokenSecret'] ?? '',
        AUTH_JWT_ISSUER: ISSUER,
        AUTH_JWT_AUDIENCE: AUDIENCE,
        METRICS_TOKEN: secrets['metricsToken'] ?? '',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `x-collector-key=${secrets['collectorHeader']}`,
        OTEL_BSP_SCHEDULE_DELAY: '200',
        WORKER_HEALTH_PORT: workerPort,
      };
      const api = await startApi(env);
      const worker = await startWorker(env);
      const key = await createKey('admin', 'operator', env);
      const token = await hs256({ sub: 'operator', roles: ['admin'] }, secrets['tokenSecret']);
      Object.assign(secrets, { key, token });
      const client = new RemoteClient(api.url, key);
      const withToken = new RemoteClient(api.url, token);
      const answers: string[] = [];
      const ask = async (path: string, init: RequestInit = {}) => {
        const response = await withToken.fetch(path, init);
        const body = await response.text();
        answers.push(body, JSON.stringify([...response.headers]));
        return body;
      };

      // Everything that can go wrong does: the mail server refuses the password, the receiver says 500 …
      receiver.answer = 500;
      const body = JSON.stringify({ url: `${receiver.url}?${(secrets['receiver'] = canary('receiver'))}` });
      const made = await client.fetch('/v1/webhooks', { method: 'POST', body });
      const { secret } = (await made.json()) as { secret: string };
      Object.assign(secrets, { webhookSecret: secret });
      const { id } = await client.request({
        dataset: 'rows',
        params: { count: 50 },
        notify: { email: ['anna@example.org'] },
      });
      await client.until(id, ['completed']);
      await worker.printed(/(notification not delivered[^]*){2}/);
      const link = await fetch(`${api.url}/v1/exports/${id}/download`, {
        redirect: 'manual',
        headers: { authorization: `Bearer ${key}` },
      });
      const signed = new URL(link.headers.get('location') ?? '');
      secrets['signature'] = signed.searchParams.get('X-Amz-Signature') ?? '';
      expect((await fetch(signed)).status).toBe(200);
      // … credentials are forged, bodies broken, exports fail …
      await fetch(`${api.url}/v1/exports`, { headers: { authorization: `Bearer ${token}x` } });
      await ask('/v1/exports', { method: 'POST', body: '{' });
      const failing = await client.request({ dataset: 'rows', params: { count: 2000 } });
      await client.until(failing.id, ['failed']);
      // … the storage refuses a worker, which does not start then …
      const refused = await runCommand(['worker'], {
        ...env,
        AWS_SECRET_ACCESS_KEY: secrets['wrongS3Secret'] ?? '',
      });
      expect(refused.code).not.toBe(0);
      const wrongPassword = new URL(url.href);
      wrongPassword.password = secrets['wrongPassword'] = canary('wrong-database');
      const doctor = await runCommand(['doctor'], { ...env, DATABASE_URL: wrongPassword.href });
      const broken = await runCommand(['doctor'], {
        ...env,
        DATABASE_URL: `postgres://x:${secrets['databasePassword']}@[::1`,
      });
      expect(broken.code).not.toBe(0);
      // … and the database goes away in the middle.
      proxy.blackHole();
      await ask('/readyz');
      await ask(`/v1/exports/${id}`);
      proxy.recover();
      await vi.waitUntil(async () => (await fetch(`${api.url}/readyz`)).ok, { timeout: 30_000 });

      for (const path of [
        `/v1/exports/${id}`,
        `/v1/exports/${id}/notifications`,
        `/v1/exports/${id}/history`,
        '/v1/exports',
      ]) {
        await ask(path);
      }
      const scrape = async (place: string, given: string) =>
        fetch(`${place}/metrics`, { headers: { authorization: `Bearer ${given}` } });
      const places = [api.url, `http://127.0.0.1:${workerPort}`];
      for (const place of places) expect((await scrape(place, 'wrong')).status).toBe(401);
      const metrics = await Promise.all(
        places.map(async (place) => (await scrape(place, secrets['metricsToken'] ?? '')).text()),
      );
      expect(metrics.join('\n')).toContain('rowferry_exports_ended_total{dataset="rows"');
      expect(metrics.join('\n')).not.toMatch(/anna@|operator|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}/);
      await vi.waitUntil(() => collector.spans.some(({ name }) => name === 'send email'), {
        timeout: 20_000,
      });

      const found = {
        'the worker’s log': worker.output(),
        'the API’s log': api.command.output(),
        'what refuses to start': [refused, doctor, broken]
          .map(({ stdout, stderr }) => stdout.toString() + stderr)
          .join('\n'),
        'the database': await everythingInTheDatabase(database),
        Redis: redisUrl === undefined ? '' : await everythingInRedis(redisUrl, env),
        answers: answers.join('\n'),
        metrics: metrics.join('\n'),
        traces: collector.bodies.join('\n'),
      };
      const leaks = Object.entries(found).flatMap(([place, text]) =>
        Object.entries(secrets)
          .filter(([, value]) => value !== '' && text.includes(value))
          .map(([name]) => `${name} in ${place}`),
      );
      // Where a webhook goes is in its own row, and told to those who may see the webhook.
      expect(leaks.filter((leak) => leak !== 'receiver in the database')).toEqual([]);
    },
  );
});
