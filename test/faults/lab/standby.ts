import { chown, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../../../src/embedded/postgres/place.ts';
import { launch } from './postgres-server.ts';
import type { PostgresServer, PostgresSettings } from './postgres-server.ts';

/** What a server needs to be a primary. */
export const PRIMARY: PostgresSettings = { wal_level: 'replica', max_wal_senders: '4' };
/** Conflicts end queries at once instead of after 30 s. */
const STANDBY: PostgresSettings = { ...PRIMARY, max_standby_streaming_delay: '0' };

/**
 * A hot standby of `primary`. The embedded PostgreSQL brings no pg_basebackup, so it begins as a copy of the files of a
 * primary that is down.
 */
export async function startStandby(primary: PostgresServer, directory: string): Promise<PostgresServer> {
  const data = join(directory, 'data');
  const place: Place = { ...primary.place, directory, path: directory, data };
  await mkdir(directory, { recursive: true, mode: 0o711 });
  await primary.whileDown(() => cp(primary.place.data, data, { recursive: true }));
  const { username, password } = new URL(primary.url);
  const conninfo = `host=127.0.0.1 port=${primary.port} user=${username} password=${password}`;
  await writeFile(join(data, 'standby.signal'), '');
  await writeFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\n`, { flag: 'a' });
  await giveToServer(place);
  return launch(place, new URL(primary.url), STANDBY);
}

/** As root, the copies are root's. */
async function giveToServer({ data, account }: Place): Promise<void> {
  if (account === undefined) return;
  const entries = await readdir(data, { recursive: true });
  for (const entry of ['', ...entries]) await chown(join(data, entry), account.uid, account.gid);
}
