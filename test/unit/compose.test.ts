import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { settings } from '../../src/settings/index.ts';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, project), 'utf8');

/** Read by the AWS SDK and by PostgreSQL’s client, not by rowferry. */
const OTHERS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'PGPASSWORD'];
/** What shutting down takes after the grace time: exports are put back, connections closed. */
const CLOSING_SECONDS = 5;

describe('deploy/compose.env', () => {
  it('holds settings that exist, with values they allow', async () => {
    const env = parseEnv(await read('deploy/compose.env'));
    expect(Object.keys(env).filter((name) => !(name in settings.shape) && !OTHERS.includes(name))).toEqual(
      [],
    );
    expect(loadConfig(env).embedded).toEqual({ database: false, storage: false });
  });
});

describe('.dockerignore', () => {
  it('lets through every script that the build runs', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: { build: string } };
    const needed = scripts.build.match(/scripts\/[\w-]+\.mjs/g) ?? [];
    expect(needed.length).toBeGreaterThan(1);
    const lines = (await read('.dockerignore')).split('\n');
    expect(lines).toEqual(expect.arrayContaining(needed.map((path) => `!${path}`)));
  });
});

describe('docker-compose.yml', () => {
  it('publishes the API, the S3 server and what shows figures, on the loopback address', async () => {
    const published = (await read('docker-compose.yml')).match(/ports: .*/g);
    expect(published).toEqual([
      "ports: ['127.0.0.1:${API_PORT:-3000}:3000']",
      "ports: ['127.0.0.1:${S3_PORT:-9000}:9000']",
      "ports: ['127.0.0.1:${PROMETHEUS_PORT:-9090}:9090']",
      "ports: ['127.0.0.1:${GRAFANA_PORT:-3030}:3000']",
    ]);
  });

  it('lets a worker finish before it is killed', async () => {
    const [, worker] = (await read('docker-compose.yml')).split('\n  worker:\n');
    const seconds = Number(/stop_grace_period: (\d+)s/.exec(worker ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(loadConfig({}).SHUTDOWN_GRACE_SECONDS + CLOSING_SECONDS);
  });
});

/** `NAME=value` lines; of `${NAME:-default}` the default. */
function parseEnv(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.join('=').replace(/\$\{\w+:-([^}]*)\}/g, '$1')];
    }),
  );
}
