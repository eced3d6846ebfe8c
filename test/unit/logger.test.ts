import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { until } from '../support/until.ts';

it('writes no secret, wherever one hangs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-log-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'log');
  const logger = createLogger({ level: 'info', name: 'test', to: { file } });
  const canary = 'canary-secret';
  // As ioredis reports a refused AUTH.
  const refused = Object.assign(new Error('WRONGPASS'), {
    command: { name: 'auth', args: ['default', canary] },
  });
  logger.warn({ err: refused }, 'the queue cannot be reached');
  logger.warn(
    { err: new Error(`connect to postgres://user:${canary}@host/db failed`) },
    `Bearer ${canary} was sent to https://u:${canary}@hooks.example.org/?X-Amz-Signature=${canary}`,
  );
  logger.warn({ err: invalidAddress(`postgres://x:${canary}@[`) }, 'no address');
  for (const text of [`key rwf_${canary}`, `secret whsec_${canary}`]) logger.info(text);
  logger.info({ password: canary, headers: { authorization: canary }, a: { b: { secret: canary } } }, 'said');
  // The file is opened and written in the background.
  const text = await until(async () => {
    const written = await readFile(file, 'utf8').catch(() => '');
    return written.includes('"said"') ? written : undefined;
  });
  expect(text).toContain('WRONGPASS');
  expect(text).not.toContain(canary);
});

/** Node.js hangs the text on the error. */
function invalidAddress(text: string): unknown {
  try {
    return new URL(text);
  } catch (error) {
    return error;
  }
}
