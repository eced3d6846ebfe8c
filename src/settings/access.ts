import { z } from 'zod';
import { MOST, integer, url } from './kinds.ts';

export const access = {
  heading: 'Who may ask, and how much',
  text: 'Keys need no setting: `rowferry keys create`.',
  settings: {
    AUTH_JWT_SECRET: z
      .string()
      .min(32, 'must have at least 32 characters; make one with: openssl rand -base64 48')
      .max(1024)
      .optional()
      .describe('Secret of HS256 tokens, shared with what issues them. Not set: no such token is taken.'),
    AUTH_JWKS_URL: url(/^https?$/)
      .optional()
      .describe(
        'Where the public keys of the issuer of RS256, ES256 or EdDSA tokens are. Not set: no such token is taken.',
      ),
    AUTH_JWT_ISSUER: z.string().max(1024).optional().describe('What the claim `iss` of a token has to be.'),
    AUTH_JWT_AUDIENCE: z
      .string()
      .max(1024)
      .optional()
      .describe('What the claim `aud` of a token has to be or to hold.'),
    AUTH_JWT_CLOCK_TOLERANCE_SECONDS: integer(0, 60)
      .default(5)
      .describe('By how much the clock of a token’s issuer may differ from ours.'),
    AUTH_JWKS_TIMEOUT_MS: integer(100, 10_000)
      .default(1500)
      .describe('Time that `AUTH_JWKS_URL` has to answer.'),
    AUTH_FAILURES_PER_MINUTE: integer(1, 100_000)
      .default(60)
      .describe(
        'Unknown keys and forged tokens that one address may send a minute to one API process; then it is refused until the minute is over.',
      ),
    LIMIT_SUBJECT_WRITES_PER_MINUTE: integer(1, MOST)
      .default(600)
      .describe(
        'Requests other than `GET` that one API process takes from one subject in a minute; then they are refused until the minute is over.',
      ),
    LIMIT_TENANT_WRITES_PER_MINUTE: integer(1, MOST)
      .default(6000)
      .describe('Such requests that it takes from all subjects of one tenant together.'),
    LIMIT_SUBJECT_CONCURRENT_EXPORTS: integer(1, 1_000_000)
      .default(20)
      .describe('Exports that one subject may have queued or running.'),
    LIMIT_SUBJECT_EXPORTS_PER_HOUR: integer(1, MOST)
      .default(200)
      .describe('Exports that one subject may ask for in an hour of the clock.'),
    LIMIT_SUBJECT_ROWS_PER_DAY: integer(1, MOST)
      .default(2_000_000_000)
      .describe('Rows in one subject’s exports of a day (UTC). What goes on when it is reached may end.'),
    LIMIT_SUBJECT_BYTES_PER_DAY: integer(1, MOST)
      .default(256 * 1024 ** 3)
      .describe('Bytes in one subject’s exports of a day (UTC). What goes on when it is reached may end.'),
    LIMIT_TENANT_CONCURRENT_EXPORTS: integer(1, 1_000_000)
      .default(1000)
      .describe('Exports that all subjects of one tenant together may have queued or running.'),
    LIMIT_TENANT_EXPORTS_PER_HOUR: integer(1, MOST)
      .default(10_000)
      .describe('Exports that they may ask for together in an hour of the clock.'),
    LIMIT_TENANT_ROWS_PER_DAY: integer(1, MOST)
      .default(20_000_000_000)
      .describe('Rows in all their exports of a day (UTC).'),
    LIMIT_TENANT_BYTES_PER_DAY: integer(1, MOST)
      .default(2 * 1024 ** 4)
      .describe('Bytes in all their exports of a day (UTC).'),
    LIMIT_TENANT_WAITING_REQUESTS: integer(1, 10_000)
      .default(100)
      .describe(
        'Requests for exports of one tenant that may wait for each other in one API process; more at once are refused.',
      ),
    IDEMPOTENCY_RETENTION_HOURS: integer(1, 30 * 24)
      .default(24)
      .describe('How long an `Idempotency-Key` is remembered.'),
  },
};
