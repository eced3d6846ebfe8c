import { createTokenVerifier } from '../auth/tokens.ts';
import type { TokenOptions, TokenVerifier } from '../auth/tokens.ts';
import type { Config } from '../config.ts';
import type { ExportRequestsOptions } from '../db/export-requests.ts';
import type { RequestLimits } from '../db/request-limits.ts';

/** How exports are accepted, whoever asks: a client or a schedule. */
export function requestOptions(config: Config): ExportRequestsOptions {
  return {
    limits: requestLimits(config),
    idempotencyHours: config.IDEMPOTENCY_RETENTION_HOURS,
    maxWaiting: config.LIMIT_TENANT_WAITING_REQUESTS,
    maxTargets: config.NOTIFY_MAX_TARGETS,
  };
}

/** What one subject and one tenant may use. */
export function requestLimits(config: Config): RequestLimits {
  return {
    subject: {
      concurrent: config.LIMIT_SUBJECT_CONCURRENT_EXPORTS,
      exportsPerHour: config.LIMIT_SUBJECT_EXPORTS_PER_HOUR,
      rowsPerDay: config.LIMIT_SUBJECT_ROWS_PER_DAY,
      bytesPerDay: config.LIMIT_SUBJECT_BYTES_PER_DAY,
    },
    tenant: {
      concurrent: config.LIMIT_TENANT_CONCURRENT_EXPORTS,
      exportsPerHour: config.LIMIT_TENANT_EXPORTS_PER_HOUR,
      rowsPerDay: config.LIMIT_TENANT_ROWS_PER_DAY,
      bytesPerDay: config.LIMIT_TENANT_BYTES_PER_DAY,
    },
  };
}

/** Undefined where no tokens are taken. */
export function tokenVerifier(config: Config): TokenVerifier | undefined {
  const { AUTH_JWT_ISSUER: issuer, AUTH_JWT_AUDIENCE: audience } = config;
  const trust = trustOf(config);
  if (trust === undefined || issuer === undefined || audience === undefined) return undefined;
  const clockToleranceSeconds = config.AUTH_JWT_CLOCK_TOLERANCE_SECONDS;
  return createTokenVerifier({ trust, issuer, audience, clockToleranceSeconds });
}

function trustOf(config: Config): TokenOptions['trust'] | undefined {
  const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: jwksUrl } = config;
  if (secret !== undefined) return { secret };
  if (jwksUrl !== undefined) return { jwksUrl, timeoutMs: config.AUTH_JWKS_TIMEOUT_MS };
  return undefined;
}
