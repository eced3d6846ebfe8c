import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkSmtp } from '../../src/doctor/check-smtp.ts';
import { freePort } from '../support/free-port.ts';
import { startMailServer } from '../support/mail-server.ts';
import type { MailServer } from '../support/mail-server.ts';
import { createNotificationFixture, PUBLIC_URL } from '../support/notification-fixture.ts';
import type { NotificationFixture } from '../support/notification-fixture.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
const ANNA = 'anna@example.org';
let fixture: NotificationFixture;
let server: MailServer;

beforeEach(async () => {
  fixture = createNotificationFixture(database);
  server = await startMailServer();
});
afterEach(async () => {
  await server.close();
  await database.pool.query('delete from rowferry.exports');
});

const sendAll = (emailsPerHour = 1000) =>
  fixture.sendAll(fixture.createProcessor({ smtpUrl: server.url, emailsPerHour }));
const completed = async (emails: readonly string[] = [ANNA], tenant?: string) => {
  const id = await fixture.request(emails, tenant);
  await fixture.complete(id);
  return id;
};

it('says that the file is there, in text and HTML, with a link of ours that is not signed', async () => {
  const id = await completed();
  await sendAll();
  const [received, ...more] = server.received;
  expect(more).toEqual([]);
  expect(received?.to).toEqual([ANNA]);
  const { mail, raw } = received ?? {};
  expect(mail).toMatchObject({
    from: { name: 'Exports', address: 'exports@example.org' },
    to: [{ address: ANNA }],
    subject: 'Your export “diary” is ready',
  });
  const link = `${PUBLIC_URL}/v1/exports/${id}/download`;
  for (const part of [mail?.text, mail?.html]) {
    expect(part).toContain(link);
    expect(part).toContain('diary-2026-01-01.csv');
    expect(part).toContain('1.2 kB');
    expect(part).not.toMatch(/X-Amz|Signature/);
  }
  expect(mail?.html).toContain('prefers-color-scheme: dark');
  expect(raw).toMatch(/^Auto-Submitted: auto-generated$/m);
  expect(raw).toMatch(/^List-ID: .*exports\.exports\.example\.org/im);
  expect(await fixture.only(id)).toMatchObject({ kind: 'completed', state: 'delivered', attempt: 1 });
});

it('says why an export failed, and links to no file', async () => {
  const id = await fixture.request([ANNA]);
  await fixture.fail(id);
  await sendAll();
  const { mail } = server.received[0] ?? {};
  expect(mail?.subject).toBe('Your export “diary” failed');
  expect(mail?.text).toContain('There are more rows than allowed.');
  expect(mail?.text).not.toContain('/download');
  expect(mail?.html).not.toContain('/download');
});

it('sends each recipient a message of their own', async () => {
  await completed(['ben@example.org', ANNA]);
  await sendAll();
  expect(server.received.map(({ to }) => to).sort()).toEqual([[ANNA], ['ben@example.org']]);
});

it('says once that a file is about to expire, when that is near and the file was kept for long enough', async () => {
  const id = await completed();
  const other = await completed();
  const short = await completed();
  const left = (which: string, interval: string) =>
    database.pool.query(`update rowferry.exports set expires_at = now() + $2::interval where id = $1`, [
      which,
      interval,
    ]);
  const finished = (which: string, interval: string) =>
    database.pool.query(`update rowferry.exports set finished_at = now() - $2::interval where id = $1`, [
      which,
      interval,
    ]);
  await left(id, '23 hours');
  await finished(id, '6 days');
  await left(other, '25 hours');
  await finished(other, '6 days');
  await left(short, '20 hours');
  await sendAll();
  expect(await fixture.records.tellExpiring(24)).toBe(1);
  expect(await fixture.records.tellExpiring(24)).toBe(0);
  await sendAll();
  const subjects = server.received.map(({ mail }) => mail.subject);
  expect(subjects.filter((subject) => subject === 'Your export “diary” is about to expire')).toHaveLength(1);
  expect(subjects).toHaveLength(4);
  expect((await fixture.rowsOf(id)).map(({ kind }) => kind)).toEqual(['completed', 'expiring']);
});

it('does not tell of a file that has expired meanwhile', async () => {
  const id = await completed();
  await database.pool.query(`update rowferry.exports set status = 'expired' where id = $1`, [id]);
  await sendAll();
  expect(server.received).toEqual([]);
  expect(await fixture.only(id)).toMatchObject({ state: 'failed' });
});

it('tries again while the mail server says later, as the same message', async () => {
  server.refuse = 451;
  const id = await completed();
  await sendAll();
  expect(await fixture.only(id)).toMatchObject({ state: 'pending', attempt: 1, last_status: 451 });
  server.refuse = undefined;
  await fixture.passTime();
  await sendAll();
  const row = await fixture.only(id);
  expect(row).toMatchObject({ state: 'delivered', attempt: 2 });
  expect(server.received[0]?.mail.messageId).toBe(`<${row.id}@exports.example.org>`);
});

it('gives up when the mail server says never', async () => {
  server.refuse = 550;
  const id = await completed();
  await sendAll();
  const row = await fixture.only(id);
  expect(row).toMatchObject({ state: 'failed', attempt: 1, last_status: 550 });
  expect(row.last_error).toBe('The mail server refused the message with 550.');
});

it.each([
  ['nobody listens', async () => `smtp://127.0.0.1:${await freePort()}`, 'ESOCKET'],
  ['the password is wrong', () => Promise.resolve(server.url.replace('mail-password', 'hunter2')), 'EAUTH'],
])('waits when %s, and leaves the export alone', async (_name, url, reason) => {
  const id = await completed();
  const processor = fixture.createProcessor({ smtpUrl: await url() });
  await fixture.sendAll(processor);
  const row = await fixture.only(id);
  expect(row).toMatchObject({ state: 'pending', attempt: 1 });
  expect(row.last_error).toMatch(new RegExp(`^The mail server cannot be used: (${reason}|ECONN\\w+)\\.$`));
  expect(row.last_error).not.toContain('hunter2');
  expect(await fixture.exports.find('default', id)).toMatchObject({ status: 'completed', attempt: 1 });
});

it('lets an address wait that has got its share of the hour, without counting a try', async () => {
  await completed();
  await completed();
  await sendAll(2);
  const third = await completed();
  await sendAll(2);
  expect(server.received).toHaveLength(2);
  const row = await fixture.only(third);
  expect(row).toMatchObject({ state: 'pending', attempt: 0 });
  expect(row.due_in).toBeGreaterThan(60);
  await database.pool.query(`update rowferry.notifications set ended_at = ended_at - interval '1 hour'`);
  await fixture.passTime();
  await sendAll(2);
  expect(server.received).toHaveLength(3);
});

it('counts what an address gets for each tenant, so that none holds back the messages of another', async () => {
  await completed();
  await completed();
  await sendAll(2);
  const others = await completed([ANNA], 'acme');
  await sendAll(2);
  expect(await fixture.only(others)).toMatchObject({ state: 'delivered' });
  expect(server.received).toHaveLength(3);
});

it('keeps what a dataset or a file is called from becoming HTML', async () => {
  const id = await completed();
  await database.pool.query(
    `update rowferry.exports set files = jsonb_set(files, '{0,name}', '"<img src=x>"') where id = $1`,
    [id],
  );
  await sendAll();
  expect(server.received[0]?.mail.html).not.toContain('<img');
  expect(server.received[0]?.mail.html).toContain('&lt;img src=x&gt;');
});

it('is checked by the doctor, who warns but stops nothing', async () => {
  const [fine] = await checkSmtp({ url: server.url, timeoutMs: 2000 });
  expect(fine).toMatchObject({ check: 'mail', state: 'ok' });
  const [wrong] = await checkSmtp({ url: server.url.replace('mail-password', 'hunter2'), timeoutMs: 2000 });
  expect(wrong).toMatchObject({ check: 'mail', state: 'warn' });
  expect(JSON.stringify(wrong)).not.toContain('hunter2');
});
