import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { closeSourceClient, openSourceClient } from '../../src/export/source-client.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();

async function open(connectionString: string): Promise<Client> {
  const client = await openSourceClient({
    connectionString,
    applicationName: 'under test',
    deadlineMs: 12_345.6,
  });
  onTestFinished(() => closeSourceClient(client));
  return client;
}

async function settingsOf(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'select name, current_setting(name) as value from pg_settings',
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

const pinned = {
  transaction_isolation: 'repeatable read',
  transaction_read_only: 'on',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  statement_timeout: '12346ms',
  idle_in_transaction_session_timeout: '12346ms',
};

/** To a server whose platform cannot notice lost clients: it refuses every value but 0. */
async function throughRefusal(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const proxy = createServer((client) => {
    const server = connect(Number(port || 5432), hostname);
    client.on('data', (piece) => server.write(piece.toString('latin1').replace('250ms', '250xx'), 'latin1'));
    server.pipe(client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const)
      socket.on('error', () => undefined).on('close', () => other.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.close();
  });
  const target = new URL(url);
  target.hostname = '127.0.0.1';
  target.port = String((proxy.address() as AddressInfo).port);
  return target.href;
}

it('begins one read-only snapshot with everything pinned that decides what a value looks like', async () => {
  const settings = await settingsOf(await open(database.url));
  expect(settings).toMatchObject({ ...pinned, client_connection_check_interval: '250ms' });
});

it('begins it all the same where the server cannot notice lost clients', async () => {
  const settings = await settingsOf(await open(await throughRefusal(database.url)));
  expect(settings).toMatchObject({ ...pinned, client_connection_check_interval: '0' });
});

it('reads one state of the database, whatever is written meanwhile', async () => {
  await database.pool.query('create table counted (n integer)');
  const client = await open(database.url);
  const count = async () =>
    (await client.query<{ count: string }>('select count(*) from counted')).rows[0]?.count;
  expect(await count()).toBe('0');
  await database.pool.query('insert into counted values (1)');
  expect(await count()).toBe('0');
});
