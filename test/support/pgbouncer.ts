import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { freePort } from './free-port.ts';
import { hasLane } from './lane.ts';

/** True where the pooler is installed. */
export function hasPgBouncer(): boolean {
  return hasLane('pgbouncer', () => {
    try {
      execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** A connection pooler in front of a database; resolves to the address through it. */
export async function startPgBouncer(
  databaseUrl: string,
  poolMode: 'session' | 'transaction' | 'statement',
  /** Server processes that it keeps; all clients take turns on them. */
  poolSize = 20,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const directory = await mkdtemp(join(tmpdir(), 'rowferry-pgbouncer-'));
  await chmod(directory, 0o755);
  const port = await freePort();
  const server = `host=${hostname} port=${serverPort || '5432'} user=${username} password=${decodeURIComponent(password)}`;
  const config = join(directory, 'pgbouncer.ini');
  await writeFile(
    config,
    `[databases]
app = ${server} dbname=${pathname.slice(1)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
default_pool_size = ${poolSize}
`,
  );
  // It does not run as root.
  const user = userInfo().uid === 0 ? ['--user', 'nobody'] : [];
  const child = spawn('pgbouncer', [...user, config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = once(child, 'exit');
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer did not start: ${log}`);
  }
  return {
    url: `postgres://${username}@127.0.0.1:${port}/app`,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}
