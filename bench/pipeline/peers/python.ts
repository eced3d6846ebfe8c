import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { selectOf } from '../database/bench-table.ts';
import type { Peer } from './peer.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('psycopg2_peer.py', import.meta.url));

function python(name: string, way: 'copy' | 'cursor'): Peer {
  return {
    name,
    missing: () =>
      run('python3', ['-c', 'import psycopg2']).then(
        () => undefined,
        () => 'python3 with psycopg2 is not installed',
      ),
    command: ({ postgresUrl, table, warmUpRows }) =>
      Promise.resolve({
        program: 'python3',
        args: [SCRIPT, way],
        env: {},
        warmUp: `${JSON.stringify({ postgresUrl, warmUp: selectOf(table, warmUpRows), query: selectOf(table) })}\n`,
        go: 'go\n',
      }),
  };
}

export const pythonCopy = python('psycopg2 copy_expert', 'copy');
export const pythonCursor = python('psycopg2 cursor, csv.writer', 'cursor');
