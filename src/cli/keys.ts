import { ApiKeys } from '../db/api-keys.ts';
import { createPool } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { Role } from '../export/dataset.ts';
import { migrateAll, withContext } from './context.ts';

type Write = (line: string) => void;

/** `rowferry keys create`: prints the key, once. */
export function createKey(role: Role, subject: string, write: Write): Promise<void> {
  return withApiKeys(async (keys) => {
    const { id, key } = await keys.create({ role, subject });
    write(`id       ${id}`);
    write(`role     ${role}`);
    write(`subject  ${subject}`);
    write(`key      ${key}`);
    write('');
    write('Keep the key now: only its hash is stored, and it is not shown again.');
  });
}

/** `rowferry keys list`: never shows a key, only its first characters. */
export function listKeys(write: Write): Promise<void> {
  return withApiKeys(async (keys) => {
    for (const { keyId, hint, role, subject, demo, createdAt, revokedAt } of await keys.list()) {
      const state = revokedAt === null ? (demo ? 'demo' : 'valid') : 'revoked';
      write(
        [keyId, `${hint}…`, role.padEnd(5), state.padEnd(7), createdAt.toISOString(), subject].join('  '),
      );
    }
  });
}

/** `rowferry keys revoke`. @throws AppError `not_found` */
export function revokeKey(id: string, write: Write): Promise<void> {
  return withApiKeys(async (keys) => {
    if (!(await keys.revoke(id))) {
      throw new AppError(
        'not_found',
        `There is no valid key with the id ${id}. \`rowferry keys list\` shows them.`,
      );
    }
    write(`${id} is revoked; requests with it are refused from now on.`);
  });
}

function withApiKeys(work: (keys: ApiKeys) => Promise<void>): Promise<void> {
  return withContext('rowferry-keys', async (context) => {
    await migrateAll(context);
    const pool = createPool({
      connectionString: context.endpoints.databaseUrl,
      max: 2,
      logger: context.logger,
    });
    try {
      await work(new ApiKeys(pool));
    } finally {
      await pool.end();
    }
  });
}
