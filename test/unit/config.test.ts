import { describe, expect, it } from 'vitest';
import { loadConfig, partSizeBytes } from '../../src/config.ts';
import { settings } from '../../src/settings/index.ts';
import { AppError } from '../../src/errors.ts';

const MIB = 1024 * 1024;

function refusal(env: Record<string, string>): AppError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** The settings that a refusal names, one a line. */
const named = (error: AppError) =>
  [...error.message.matchAll(/^ {2}([A-Z0-9_]+): /gm)].map(([, name]) => name);

describe('loadConfig', () => {
  it('needs nothing, and then everything is embedded', () => {
    const config = loadConfig({});
    expect(config.embedded).toEqual({ database: true, storage: true });
    expect(config).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', S3_BUCKET: 'rowferry' });
  });

  it('takes numbers and flags from text', () => {
    const config = loadConfig({ PORT: '8080', S3_FORCE_PATH_STYLE: 'true' });
    expect(config).toMatchObject({ PORT: 8080, S3_FORCE_PATH_STYLE: true });
  });

  it('ignores variables that are not its own', () => {
    expect(loadConfig({ PATH: '/bin', DATABASE_URI: 'x' })).not.toHaveProperty('PATH');
  });

  it.each(Object.keys(settings.shape))('takes an empty %s for one that is not set', (name) => {
    expect(loadConfig({ [name]: '' })).toEqual(loadConfig({}));
  });

  it('takes an empty S3_BUCKET for the embedded storage, and a named one for AWS', () => {
    expect(loadConfig({ S3_BUCKET: '' }).embedded.storage).toBe(true);
    expect(loadConfig({ S3_BUCKET: 'films' }).embedded.storage).toBe(false);
    expect(loadConfig({ S3_ENDPOINT: 'http://localhost:9000' }).embedded.storage).toBe(false);
  });

  it('reports every problem at once', () => {
    const error = refusal({
      PORT: 'eighty',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://localhost/films',
      QUEUE_PREFIX: 'Queue-1',
      EXPORT_MAX_ATTEMPTS: '0',
      S3_FORCE_PATH_STYLE: 'yes',
    });
    expect(error.code).toBe('bad_configuration');
    expect(named(error)).toEqual([
      'LOG_LEVEL',
      'PORT',
      'DATABASE_URL',
      'QUEUE_PREFIX',
      'S3_FORCE_PATH_STYLE',
      'EXPORT_MAX_ATTEMPTS',
    ]);
    expect(error.message).toContain('6 problems');
    expect(error.message).toContain('docs/configuration.md');
  });

  it('never repeats a value, which may be a secret', () => {
    const error = refusal({ DATABASE_URL: 'mysql://films:hunter2@localhost/films', REDIS_URL: 'hunter2' });
    expect(error.message).not.toContain('hunter2');
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['DOWNLOAD_URL_TTL_SECONDS', '301'],
    ['S3_PART_BYTES', '5242879'],
    ['S3_PAYLOAD_SIGNING', 'sometimes'],
    ['S3_CHECKSUMS', 'crc64'],
    ['EXPORT_GZIP_LEVEL', '0'],
    ['EXPORT_GZIP_LEVEL', '10'],
    ['DATABASE_POOL_SIZE', '4'],
    ['S3_KEY_PREFIX', '/exports/'],
    ['S3_KEY_PREFIX', 'exports'],
    ['REDIS_URL', 'localhost:6379'],
    ['NODE_ENV', 'staging'],
  ])('refuses %s=%s', (name, value) => {
    expect(named(refusal({ [name]: value }))).toEqual([name]);
  });

  it('takes lists with commas between their words', () => {
    const config = loadConfig({
      NOTIFY_EMAIL_DOMAINS: 'example.org, example.com,',
      WEBHOOK_PORTS: '443,8000-8999',
      WEBHOOK_ALLOW_HOSTS: 'hooks.internal,10.0.0.0/8,::1',
    });
    expect(config).toMatchObject({
      NOTIFY_EMAIL_DOMAINS: ['example.org', 'example.com'],
      WEBHOOK_PORTS: [
        { from: 443, to: 443 },
        { from: 8000, to: 8999 },
      ],
      WEBHOOK_ALLOW_HOSTS: ['hooks.internal', '10.0.0.0/8', '::1'],
    });
    expect(loadConfig({})).toMatchObject({ NOTIFY_EMAIL_DOMAINS: [], WEBHOOK_ALLOW_HOSTS: [] });
  });

  it.each([
    ['WEBHOOK_PORTS', '0'],
    ['WEBHOOK_PORTS', '443-80'],
    ['WEBHOOK_PORTS', '65536'],
    ['WEBHOOK_PORTS', 'https'],
    ['WEBHOOK_ALLOW_HOSTS', 'http://hooks.internal'],
    ['WEBHOOK_SECRET_KEY', 'short'],
    ['WEBHOOK_SECRET_KEY', `${'x'.repeat(32)},short`],
    ['SMTP_URL', 'https://mail.example.org'],
    ['MAIL_FROM', 'Exports'],
    ['MAIL_FROM', 'a@example.org\r\nBcc: b@example.org'],
  ])('names %s when it is %s', (name, value) => {
    const error = refusal({ [name]: value, PUBLIC_URL: 'https://exports.example.org' });
    expect(named(error)).toContain(name);
    expect(error.message).not.toContain(value);
  });

  it('is frozen, all the way down', () => {
    const config = loadConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.embedded)).toBe(true);
  });
});

describe('tokens', () => {
  const SECRET = 'k3vQ0uYb7mZ1pX9tR5wL2cN8dF4gH6jS';
  const claims = { AUTH_JWT_ISSUER: 'https://login.example.org', AUTH_JWT_AUDIENCE: 'exports' };
  const production = { NODE_ENV: 'production', ...claims };

  it('are taken by a secret or by the address of keys, with issuer and audience', () => {
    expect(() => loadConfig({ ...claims, AUTH_JWT_SECRET: SECRET })).not.toThrow();
    expect(() => loadConfig({ ...claims, AUTH_JWKS_URL: 'http://localhost/jwks' })).not.toThrow();
    expect(() => loadConfig({ ...production, AUTH_JWT_SECRET: SECRET })).not.toThrow();
    expect(() => loadConfig({ ...production, AUTH_JWKS_URL: 'https://example.org/jwks' })).not.toThrow();
  });

  it.each([
    ['both', { ...claims, AUTH_JWT_SECRET: SECRET, AUTH_JWKS_URL: 'https://a.org' }, ['AUTH_JWT_SECRET']],
    ['no claims', { AUTH_JWT_SECRET: SECRET }, ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE']],
    ['claims alone', claims, ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE']],
    ['a short secret', { ...claims, AUTH_JWT_SECRET: SECRET.slice(1) }, ['AUTH_JWT_SECRET']],
    ['keys without TLS', { ...production, AUTH_JWKS_URL: 'http://example.org/jwks' }, ['AUTH_JWKS_URL']],
  ])('are not taken with %s', (_name, given, names) => {
    expect(named(refusal(given))).toEqual(names);
  });

  it.each([
    'change-me-change-me-change-me-please',
    'my-super-secret-my-super-secret-1',
    'abababababababababababababababababab',
  ])('are not taken in production by the secret %s', (secret) => {
    expect(named(refusal({ ...production, AUTH_JWT_SECRET: secret }))).toEqual(['AUTH_JWT_SECRET']);
    expect(() => loadConfig({ ...claims, AUTH_JWT_SECRET: secret })).not.toThrow();
  });
});

describe('contradictions', () => {
  it('wants an endpoint beside a public endpoint', () => {
    const given = { S3_PUBLIC_ENDPOINT: 'https://files.example.org' };
    expect(named(refusal(given))).toEqual(['S3_PUBLIC_ENDPOINT']);
    expect(() => loadConfig({ ...given, S3_ENDPOINT: 'http://s3:9000' })).not.toThrow();
  });

  it.each(['3599', '3600'])('refuses to take a running upload for an orphan after %s seconds', (age) => {
    const given = { EXPORT_DEADLINE_SECONDS: '3600', JANITOR_ORPHAN_AGE_SECONDS: age };
    expect(named(refusal(given))).toEqual(['JANITOR_ORPHAN_AGE_SECONDS']);
  });

  it('lets an orphan be older than the deadline by a second', () => {
    const given = { EXPORT_DEADLINE_SECONDS: '3600', JANITOR_ORPHAN_AGE_SECONDS: '3601' };
    expect(() => loadConfig(given)).not.toThrow();
  });

  it('wants a sender and an address for links beside a mail server', () => {
    const given = { SMTP_URL: 'smtp://mail.example.org' };
    expect(named(refusal(given))).toEqual(['MAIL_FROM', 'PUBLIC_URL']);
    const whole = {
      ...given,
      MAIL_FROM: 'Exports <a@example.org>',
      PUBLIC_URL: 'https://exports.example.org',
    };
    expect(() => loadConfig(whole)).not.toThrow();
  });

  it.each(['DATABASE_URL', 'SOURCE_DATABASE_URL', 'SOURCE_REPLICA_DATABASE_URL', 'IMPORT_DATABASE_URL'])(
    'refuses a query_timeout in %s',
    (name) => {
      const error = refusal({ [name]: 'postgres://localhost/films?query_timeout=1000' });
      expect(named(error)).toEqual([name]);
    },
  );

  it('reports them together', () => {
    const error = refusal({
      S3_PUBLIC_ENDPOINT: 'https://files.example.org',
      JANITOR_ORPHAN_AGE_SECONDS: '60',
      DATABASE_URL: 'postgres://localhost/films?query_timeout=1000',
    });
    expect(named(error)).toEqual(['S3_PUBLIC_ENDPOINT', 'JANITOR_ORPHAN_AGE_SECONDS', 'DATABASE_URL']);
  });
});

describe('named sources', () => {
  const address = 'postgres://replica.example.org/films';

  it('are settings that say their name, as datasets write it', () => {
    expect(loadConfig({}).namedSources).toEqual({});
    const config = loadConfig({
      SOURCE_DATABASE_URL: 'postgres://localhost/films',
      SOURCE_REPLICA_DATABASE_URL: address,
      SOURCE_DATA_WAREHOUSE_2_DATABASE_URL: address,
      SOURCE_EMPTY_DATABASE_URL: '',
    });
    expect(config.namedSources).toEqual({ replica: address, 'data-warehouse-2': address });
  });

  it.each([
    ['no name that a dataset could write', 'SOURCE_2ND_DATABASE_URL', address],
    ['small letters', 'SOURCE_replica_DATABASE_URL', address],
    ['the name of the default', 'SOURCE_DEFAULT_DATABASE_URL', address],
    ['another kind of database', 'SOURCE_REPLICA_DATABASE_URL', 'mysql://localhost/films'],
  ])('are refused with %s', (_name, setting, value) => {
    expect(refusal({ [setting]: value }).message).toContain(`  ${setting}: `);
  });
});

describe('partSizeBytes', () => {
  const largest = 5 * 1024 ** 4;

  it('is what was asked for while that is enough', () => {
    expect(partSizeBytes({ S3_PART_BYTES: 8 * MIB, EXPORT_MAX_BYTES: 64 * 1024 ** 3 })).toBe(8 * MIB);
  });

  it.each([8 * MIB * 10_000, 8 * MIB * 10_000 + 1, largest - 1, largest])(
    'fits %i bytes into S3’s 10,000 parts',
    (EXPORT_MAX_BYTES) => {
      const size = partSizeBytes({ S3_PART_BYTES: 8 * MIB, EXPORT_MAX_BYTES });
      expect(Number.isInteger(size)).toBe(true);
      expect(Math.ceil(EXPORT_MAX_BYTES / size)).toBeLessThanOrEqual(10_000);
      // S3 takes parts of up to 5 GiB.
      expect(size).toBeLessThanOrEqual(5 * 1024 ** 3);
    },
  );

  it('fits the defaults', () => {
    const config = loadConfig({});
    expect(partSizeBytes(config) * 10_000).toBeGreaterThanOrEqual(config.EXPORT_MAX_BYTES);
  });
});

describe('secrets in production', () => {
  const good = 'k3vQ0uYb7mZ1pX9tR5wL2cN8dF4gH6jS';
  const production = { NODE_ENV: 'production' };

  it.each(['WEBHOOK_SECRET_KEY', 'METRICS_TOKEN'])('%s is none that looks like an example', (name) => {
    for (const secret of ['change-me-change-me-change-me-please', 'abababababababababababababababababab']) {
      const problem = refusal({ ...production, [name]: secret });
      expect(named(problem)).toEqual([name]);
      expect(problem.message).not.toContain(secret);
      expect(() => loadConfig({ [name]: secret })).not.toThrow();
    }
    expect(() => loadConfig({ ...production, [name]: good })).not.toThrow();
  });

  it('may be on their way out: what an old key of webhooks has sealed must still open', () => {
    const old = 'change-me-change-me-change-me-please';
    const keys = (text: string) => ({ ...production, WEBHOOK_SECRET_KEY: text });
    expect(() => loadConfig(keys(`${good},${old}`))).not.toThrow();
    expect(named(refusal(keys(`${old},${good}`)))).toEqual(['WEBHOOK_SECRET_KEY']);
  });
});
