import { chown, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateBinaries, prepareBinaries } from '../../../src/embedded/postgres/binaries.ts';
import type { Place } from '../../../src/embedded/postgres/place.ts';
import { freePort } from '../../support/free-port.ts';
import { pgCtl } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

/** What a primary needs to have one; conflicts end queries at once instead of after 30 s. */
const REPLICATION = { wal_level: 'replica', max_wal_senders: '4', max_standby_streaming_delay: '0' };

/**
 * A hot standby of `primary`. The embedded PostgreSQL brings no pg_basebackup, so it begins as a copy of the files of a
 * primary that is down.
 */
export async function startStandby(
  primary: PostgresServer,
  directory: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  await primary.configure(REPLICATION);
  const data = join(directory, 'data');
  const place: Place = { ...primary.place, directory, path: directory, data };
  await mkdir(directory, { recursive: true, mode: 0o711 });
  await primary.whileDown(async () => {
    await cp(primary.place.data, data, { recursive: true });
    await own(data, place);
  });
  const port = await freePort();
  const { username, password } = new URL(primary.url);
  const settings = [
    `port = ${port}`,
    `primary_conninfo = 'host=127.0.0.1 port=${primary.port} user=${username} password=${password}'`,
  ];
  await writeFile(join(data, 'standby.signal'), '');
  await writeFile(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`, { flag: 'a' });
  await own(data, place);
  const binaries = await prepareBinaries(locateBinaries(), place);
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  await pgCtl(place, binaries, ['start', '-o', options]);
  const url = new URL(primary.url);
  url.port = String(port);
  return { url: url.href, stop: () => pgCtl(place, binaries, ['stop', '-m', 'immediate']) };
}

/** As root, the copies are root's. */
async function own(path: string, { account }: Place): Promise<void> {
  if (account === undefined) return;
  const entries = await readdir(path, { recursive: true });
  for (const entry of ['', ...entries]) await chown(join(path, entry), account.uid, account.gid);
}
