import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { selectOf } from '../database/bench-table.ts';
import type { Peer } from './peer.ts';

const run = promisify(execFile);

/** `psql \copy`: what people use when nothing else is at hand, and the fastest client that PostgreSQL brings. */
export const psqlCopy: Peer = {
  name: 'psql \\copy',
  missing: () =>
    run('psql', ['--version']).then(
      () => undefined,
      () => 'psql is not on PATH',
    ),
  command({ postgresUrl, table, warmUpRows }) {
    const { hostname, port, username, password, pathname } = new URL(postgresUrl);
    const copy = (limit?: number) =>
      `\\copy (${selectOf(table, limit)}) to /dev/null with (format csv, header)\n`;
    return Promise.resolve({
      program: 'psql',
      args: ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1'],
      env: {
        PGHOST: hostname,
        PGPORT: port,
        PGUSER: username,
        PGPASSWORD: password,
        PGDATABASE: pathname.slice(1),
        PGSSLMODE: 'disable',
      },
      warmUp: `${copy(warmUpRows)}\\echo ready\n`,
      go: `${copy()}\\echo done {}\n`,
    });
  },
};
