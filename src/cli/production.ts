import { ApiKeys } from '../db/api-keys.ts';
import { createPool } from '../db/pool.ts';
import { AppError } from '../errors.ts';
import type { Context } from './context.ts';
import { tokenVerifier } from './requesters.ts';

/** In deploy/compose.env and in examples, for a machine that nobody else can reach. */
const KNOWN_TO_EVERYBODY = 'rowferry-local-only';

/**
 * Nothing goes into production that nobody can use or everybody can: without keys and tokens, with keys of the demo, with
 * passwords that are in this repository.
 *
 * @throws AppError `known_secret`, `no_api_keys`, `demo_keys`
 */
export async function refuseUnsafeProduction(
  context: Context,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  if (context.config.NODE_ENV !== 'production') return;
  refuseKnownSecrets(env);
  await refuseKeys(context);
}

/** Says so where anybody who reaches the port may read `/metrics`. That may be meant: a firewall can guard it too. */
export function warnOfOpenMetrics({ config, logger }: Pick<Context, 'config' | 'logger'>): void {
  if (config.NODE_ENV !== 'production' || config.METRICS_TOKEN !== undefined) return;
  const detail = 'Whoever reaches the port may read /metrics: names of datasets, and how much is exported.';
  const remedy = 'Set METRICS_TOKEN, or keep /metrics behind the firewall.';
  logger.warn({ check: 'metrics', remedy }, detail);
}

function refuseKnownSecrets(env: Readonly<Record<string, string | undefined>>): void {
  // Wherever it stands: the AWS SDK and PostgreSQL’s client read variables of their own, and addresses hold passwords.
  const names = Object.keys(env).filter((name) => env[name]?.includes(KNOWN_TO_EVERYBODY) === true);
  if (names.length === 0) return;
  const message = `The password in ${names.join(', ')} is one of those in this repository, known to everybody. Set your own.`;
  throw new AppError('known_secret', message);
}

async function refuseKeys({ config, endpoints, logger }: Context): Promise<void> {
  const pool = createPool({ connectionString: endpoints.databaseUrl, max: 1, logger });
  try {
    const keys = (await new ApiKeys(pool).list()).filter(({ state }) => state === 'valid');
    if (keys.length === 0 && tokenVerifier(config) === undefined) {
      const advice =
        'Make a key (rowferry keys create --role admin --subject <name>), or set AUTH_JWT_SECRET or AUTH_JWKS_URL.';
      throw new AppError(
        'no_api_keys',
        `There are no API keys and no tokens are taken, so nobody could use this service. ${advice}`,
      );
    }
    const demo = keys.filter((key) => key.demo);
    if (demo.length > 0) {
      const commands = demo.map(({ keyId }) => `\n  rowferry keys revoke ${keyId}`).join('');
      throw new AppError('demo_keys', `Demo keys are valid in this database. Revoke them first:${commands}`);
    }
  } finally {
    await pool.end();
  }
}
