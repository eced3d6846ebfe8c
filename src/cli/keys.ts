import { userInfo } from 'node:os';
import { defaultScopes, scopes, subjectName, tenantName } from '../auth/identity.ts';
import type { Scope } from '../auth/identity.ts';
import { ApiKeys } from '../db/api-keys.ts';
import type { ApiKeyInfo } from '../db/api-keys.ts';
import type { ActedBy } from '../db/audit-log.ts';
import { createPool } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { Role } from '../export/dataset.ts';
import { migrateAll, withContext } from './context.ts';
import { parseDuration } from './duration.ts';
import { tableOf } from './table.ts';
import type { Column } from './table.ts';

type Write = (line: string) => void;

/** As a person types it. */
export interface CreateKeyCommand {
  role: Role;
  subject: string;
  tenant: string;
  /** None: those that a key has by default. */
  scope: string[];
  /** Undefined: it does not expire. */
  expiresIn?: string;
}

/** `rowferry keys create`: prints the key, once. @throws AppError `bad_option` */
export async function createKey(command: CreateKeyCommand, write: Write): Promise<void> {
  const { role, subject, tenant, expiresIn } = command;
  if (!tenantName.safeParse(tenant).success) {
    throw new AppError(
      'bad_option',
      `--tenant "${tenant}": lower-case letters, digits, _ and - only, at most 63.`,
    );
  }
  if (!subjectName.safeParse(subject).success) {
    throw new AppError('bad_option', '--subject: 1 to 200 characters, none of them control characters.');
  }
  const expiresInSeconds = expiresIn === undefined ? undefined : parseDuration('--expires-in', expiresIn);
  const chosen = parseScopes(command.scope);
  await withApiKeys(async (keys) => {
    const { id, key } = await keys.create(
      { tenant, role, subject, scopes: chosen, expiresInSeconds },
      byCommandLine(),
    );
    write(`id       ${id}`);
    write(`tenant   ${tenant}`);
    write(`role     ${role}`);
    write(`subject  ${subject}`);
    write(`scopes   ${chosen.join(', ')}`);
    write(`expires  ${expiresIn === undefined ? 'never' : `in ${expiresIn}`}`);
    write(`key      ${key}`);
    write('');
    write('Keep the key now: only its hash is stored, and it is not shown again.');
  });
}

/** `rowferry keys list`: never shows a key, only its first characters. */
export function listKeys(tenant: string | undefined, write: Write): Promise<void> {
  return withApiKeys(async (keys) => {
    (await keys.list(tenant)).forEach(tableOf(columns, write));
  });
}

/** `rowferry keys revoke`. @throws AppError `not_found` */
export function revokeKey(id: string, write: Write): Promise<void> {
  return withApiKeys(async (keys) => {
    if (!(await keys.revoke(id, byCommandLine()))) {
      throw new AppError(
        'not_found',
        `There is no valid key with the id ${id}. \`rowferry keys list\` shows them.`,
      );
    }
    write(`${id} is revoked; requests with it are refused from now on.`);
  });
}

/** Whoever may use the command line has the database: all that can be told is their name on this machine. */
function byCommandLine(): ActedBy {
  return { kind: 'cli', subject: userInfo().username };
}

function parseScopes(given: readonly string[]): readonly Scope[] {
  if (given.length === 0) return defaultScopes;
  return [...new Set(given)].map((name) => {
    const scope = scopes.find((known) => known === name);
    if (scope !== undefined) return scope;
    throw new AppError('bad_option', `--scope "${name}": there is ${scopes.join(', ')}.`);
  });
}

const minute = (date: Date | null) => date?.toISOString().slice(0, 16).concat('Z') ?? 'never';

const columns: readonly Column<ApiKeyInfo>[] = [
  { name: 'id', width: 36, of: ({ keyId }) => keyId },
  { name: 'begins', width: 11, of: ({ hint }) => `${hint}…` },
  { name: 'role', width: 5, of: ({ role }) => role },
  { name: 'state', width: 7, of: ({ state, demo }) => (state === 'valid' && demo ? 'demo' : state) },
  { name: 'made', width: 24, of: ({ createdAt }) => createdAt.toISOString() },
  { name: 'expires', width: 25, of: ({ expiresAt }) => `expires ${minute(expiresAt)}` },
  { name: 'last used', width: 22, of: ({ lastUsedAt }) => `used ${minute(lastUsedAt)}` },
  { name: 'scopes', width: 17, of: ({ scopes: own }) => own.join(',') },
  { name: 'tenant and subject', width: 0, of: ({ tenant, subject }) => `${tenant}/${subject}` },
];

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
