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
import { startMailServer } from '../support/mail-server.ts';
import type { MailServer } from '../support/mail-server.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { ROWS_DATASET } from '../support/rows.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, verifyWebhook, WEBHOOKS_ON_LOOPBACK } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

const TIMEOUT_MS = 240_000;
const SMALL = { dataset: 'rows', params: { count: 10 } };
const KEY = 'canary-key-that-seals-what-webhooks-are-signed-with';
const PASSWORD = 'canary-password-of-the-mail-server';

const database = useTestDatabase();
const storage = useTestStore();
let mail: MailServer;
let receiver: WebhookReceiver;

beforeAll(async () => {
  expect((await runCommand(['migrate'], deploymentEnvironment(database, storage))).code).toBe(0);
}, TIMEOUT_MS);

/** An installation with a mail server and a receiver of its own, and a webhook there. */
async function installation(redisUrl: string | undefined) {
  // What a test before could not deliver would come here when its next try is due.
  await database.pool.query('delete from rowferry.notifications');
  mail = await startMailServer(PASSWORD);
  receiver = await startWebhookReceiver();
  onTestFinished(async () => {
    await mail.close();
    await receiver.close();
    await database.pool.query('delete from rowferry.webhooks');
  });
  const env = {
    ...deploymentEnvironment(database, storage, redisUrl),
    ...ROWS_DATASET,
    SMTP_URL: mail.url,
    MAIL_FROM: 'Exports <exports@example.org>',
    PUBLIC_URL: 'https://exports.example.org',
    WEBHOOK_SECRET_KEY: KEY,
    ...WEBHOOKS_ON_LOOPBACK,
  };
  const api = await startApi(env);
  const key = await createKey('admin', 'operator', env);
  const made = await fetch(`${api.url}/v1/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver.url }),
  });
  const { secret } = (await made.json()) as { secret: string };
  return { env, api, client: new RemoteClient(api.url, key), key, secret };
}

const messages = async (exportId: string) => {
  const { rows } = await database.pool.query<{ id: string; state: string; attempt: number }>(
    'select id, state, attempt from rowferry.notifications where export_id = $1',
    [exportId],
  );
  return rows;
};

describeDeployments((redisUrl) => {
  it('tells people and programs when an export is done', { timeout: TIMEOUT_MS }, async () => {
    const { env, client, secret } = await installation(redisUrl);
    await startWorker(env);
    const { id } = await client.request({ ...SMALL, notify: { email: ['anna@example.org'] } });
    await receiver.arrived(1);
    await mail.arrived(1);
    const { type, data } = verifyWebhook(receiver.received[0], secret);
    expect({ type, id: data.id }).toEqual({ type: 'export.completed', id });
    const link = `https://exports.example.org/v1/exports/${id}/download`;
    expect(mail.received[0]?.mail.text).toContain(link);
    await until(async () => (await messages(id)).every(({ state }) => state === 'delivered'));
  });

  it(
    'sends a message again under its id when a worker is killed between sending and recording',
    { timeout: TIMEOUT_MS },
    async () => {
      const { env, client, secret } = await installation(redisUrl);
      const first = await startWorker(env);
      receiver.answer = 'hang';
      receiver.onRequest = () => first.child.kill('SIGKILL');
      const { id } = await client.request(SMALL);
      await first.ended;
      expect(receiver.received).toHaveLength(1);
      receiver.answer = 204;
      receiver.onRequest = () => undefined;
      await startWorker(env);
      // As if the time had passed for which the dead one may still have been at it.
      await database.pool.query('update rowferry.notifications set next_at = now()');
      await receiver.arrived(2);
      await vi.waitUntil(async () => (await messages(id))[0]?.state === 'delivered', { timeout: 20_000 });
      const [message, ...more] = await messages(id);
      expect(more).toEqual([]);
      for (const received of receiver.received) {
        expect(received.headers['webhook-id']).toBe(message?.id);
        verifyWebhook(received, secret);
      }
      expect(await client.get(id)).toMatchObject({ status: 'completed', attempt: 1 });
    },
  );

  it('lets no secret into a log, a record, a job or a later answer', { timeout: TIMEOUT_MS }, async () => {
    const { env, api, client, key, secret } = await installation(redisUrl);
    const worker = await startWorker({ ...env, LOG_LEVEL: 'trace' });
    // What fails says the most.
    receiver.answer = 500;
    mail.refuse = 451;
    const { id } = await client.request({
      ...SMALL,
      notify: { email: ['anna@example.org'], webhook: { url: `${receiver.url}?canary-in-the-address` } },
    });
    // To the address, the webhook of the export and the one of the tenant.
    await worker.printed(/(notification not delivered[^]*){3}/);
    expect(await messages(id)).toHaveLength(3);
    const answers = await Promise.all(
      [`/v1/exports/${id}`, `/v1/exports/${id}/notifications`, '/v1/webhooks'].map(async (path) =>
        (await fetch(api.url + path, { headers: { authorization: `Bearer ${key}` } })).text(),
      ),
    );
    const places = {
      'the worker’s log': worker.output(),
      'the API’s log': api.command.output(),
      'the database': await everythingInTheDatabase(database),
      Redis: redisUrl === undefined ? '' : await everythingInRedis(redisUrl, env),
      answers: answers.join('\n'),
    };
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const secrets = [KEY, PASSWORD, secret, bytes.toString('hex'), Buffer.from(secret).toString('hex')];
    for (const [place, text] of Object.entries(places)) {
      for (const one of secrets) expect([place, text.includes(one)]).toEqual([place, false]);
    }
    // An address may hold a token of the receiver’s: it is in its row and in no log.
    expect(places['the worker’s log'] + places['the API’s log']).not.toContain('canary-in-the-address');
  });
});
