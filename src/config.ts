import type { z } from 'zod';
import { AppError } from './errors.ts';
import { settings } from './settings/index.ts';
import { postgresUrl } from './settings/kinds.ts';

/** S3 accepts at most this many parts in one multipart upload. */
const MAX_PARTS = 10_000;

export type Config = Readonly<z.output<typeof settings>> & {
  /** What the person named and what falls to the embedded default. */
  readonly embedded: { readonly database: boolean; readonly storage: boolean };
  /** What each SOURCE_<NAME>_DATABASE_URL says, by the name as datasets write it. */
  readonly namedSources: Readonly<Record<string, string>>;
};

/**
 * Reads the environment once. All problems are reported together.
 *
 * @throws AppError `bad_configuration`; its message has one line a problem.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  const sources = readNamedSources(given);
  const problems = [
    ...(parsed.success
      ? contradictions(parsed.data)
      : parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)),
    ...sources.problems,
  ];
  if (!parsed.success || problems.length > 0) {
    throw new AppError(
      'bad_configuration',
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n` +
        problems.map((problem) => `  ${problem}`).join('\n') +
        '\nEvery setting is described in docs/configuration.md.',
    );
  }
  const embedded = {
    database: parsed.data.DATABASE_URL === undefined,
    storage: parsed.data.S3_ENDPOINT === undefined && given['S3_BUCKET'] === undefined,
  };
  const namedSources = Object.freeze(sources.named);
  return Object.freeze({ ...parsed.data, embedded: Object.freeze(embedded), namedSources });
}

function readNamedSources(given: Readonly<Record<string, string | undefined>>) {
  const named: Record<string, string> = {};
  const problems: string[] = [];
  for (const [setting, address = ''] of Object.entries(given)) {
    const [, name] = /^SOURCE_(.+)_DATABASE_URL$/i.exec(setting) ?? [];
    if (name === undefined) continue;
    if (!/^SOURCE_[A-Z][A-Z0-9_]{0,39}_DATABASE_URL$/.test(setting) || name === 'DEFAULT') {
      problems.push(
        `${setting}: is written SOURCE_<NAME>_DATABASE_URL, with capitals, digits and _; SOURCE_DATABASE_URL is the default`,
      );
      continue;
    }
    const parsed = postgresUrl.safeParse(address);
    if (!parsed.success) problems.push(`${setting}: ${parsed.error.issues[0]?.message ?? 'is no URL'}`);
    problems.push(...queryTimeout(setting, address));
    named[name.toLowerCase().replaceAll('_', '-')] = address;
  }
  return { named, problems };
}

function queryTimeout(setting: string, address: string | undefined): string[] {
  if (address?.includes('query_timeout') !== true) return [];
  return [`${setting}: remove query_timeout; it cuts a slow export short and lets it pass for complete`];
}

function contradictions(config: z.output<typeof settings>): string[] {
  const problems: string[] = [];
  if (config.S3_PUBLIC_ENDPOINT !== undefined && config.S3_ENDPOINT === undefined) {
    problems.push('S3_PUBLIC_ENDPOINT: makes sense only beside S3_ENDPOINT');
  }
  if (config.JANITOR_ORPHAN_AGE_SECONDS <= config.EXPORT_DEADLINE_SECONDS) {
    problems.push(
      'JANITOR_ORPHAN_AGE_SECONDS: must be longer than EXPORT_DEADLINE_SECONDS, or running uploads would be removed',
    );
  }
  problems.push(...tokenContradictions(config), ...mailContradictions(config), ...guessableSecrets(config));
  if (config.EXPORT_GIVE_UP_AFTER_HOURS * 3600 <= config.EXPORT_DEADLINE_SECONDS) {
    problems.push(
      'EXPORT_GIVE_UP_AFTER_HOURS: must be longer than EXPORT_DEADLINE_SECONDS, or an attempt could not use its time',
    );
  }
  for (const name of ['DATABASE_URL', 'SOURCE_DATABASE_URL', 'IMPORT_DATABASE_URL'] as const) {
    problems.push(...queryTimeout(name, config[name]));
  }
  return problems;
}

function tokenContradictions(config: z.output<typeof settings>): string[] {
  const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: keysUrl, NODE_ENV } = config;
  const problems: string[] = [];
  if (secret !== undefined && keysUrl !== undefined) {
    problems.push('AUTH_JWT_SECRET: not beside AUTH_JWKS_URL; tokens have one issuer');
  }
  for (const name of ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE'] as const) {
    if ((config[name] === undefined) === (secret === undefined && keysUrl === undefined)) continue;
    problems.push(`${name}: goes together with AUTH_JWT_SECRET or AUTH_JWKS_URL`);
  }
  if (NODE_ENV === 'production' && keysUrl?.startsWith('http:') === true) {
    problems.push('AUTH_JWKS_URL: must be https in production, or whoever is in between signs tokens');
  }
  return problems;
}

function mailContradictions(config: z.output<typeof settings>): string[] {
  if (config.SMTP_URL === undefined) return [];
  const missing = (['MAIL_FROM', 'PUBLIC_URL'] as const).filter((name) => config[name] === undefined);
  return missing.map((name) => `${name}: is needed beside SMTP_URL`);
}

function guessableSecrets(config: z.output<typeof settings>): string[] {
  if (config.NODE_ENV !== 'production') return [];
  const { AUTH_JWT_SECRET, METRICS_TOKEN } = config;
  // Those after the first are on their way out, and still open what they have sealed.
  const [WEBHOOK_SECRET_KEY] = config.WEBHOOK_SECRET_KEY ?? [];
  return Object.entries({ AUTH_JWT_SECRET, WEBHOOK_SECRET_KEY, METRICS_TOKEN })
    .filter(([, secret]) => secret !== undefined && isGuessable(secret))
    .map(([name]) => `${name}: looks like an example; make one with: openssl rand -base64 48`);
}

/** Words that stand in for a secret, and texts that are long without holding much. */
function isGuessable(secret: string): boolean {
  return (
    /change.?me|change.?it|secret|password|default|example|rowferry/i.test(secret) ||
    new Set(secret).size < 10
  );
}

/** Part size, in bytes, that lets a file of the largest allowed size fit into S3's 10,000 parts. */
export function partSizeBytes(config: Pick<Config, 'S3_PART_BYTES' | 'EXPORT_MAX_BYTES'>): number {
  return Math.max(config.S3_PART_BYTES, Math.ceil(config.EXPORT_MAX_BYTES / (MAX_PARTS - 1)));
}
