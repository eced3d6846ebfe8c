import { AppError } from '../errors.ts';
import type { S3Options } from '../storage/s3-client.ts';
import { checkDatabase } from './check-postgres.ts';
import { checkRedis } from './check-redis.ts';
import { checkS3 } from './check-s3.ts';
import { checkSmtp } from './check-smtp.ts';
import { checkSource } from './check-source.ts';
import type { SourceTarget } from './check-source.ts';
import type { Finding } from './finding.ts';

export interface DoctorTargets {
  databaseUrl: string;
  sources: readonly SourceTarget[];
  redisUrl?: string | undefined;
  smtpUrl?: string | undefined;
  s3: S3Options;
  keyPrefix: string;
}

/** A mail server that takes longer to say hello than this is worth a word. */
const SMTP_TIMEOUT_MS = 5000;

/** Looks at every part, all at once. */
export async function examine(targets: DoctorTargets): Promise<Finding[]> {
  const findings = await Promise.all([
    checkDatabase(targets.databaseUrl),
    ...targets.sources.map(checkSource),
    ...(targets.redisUrl === undefined ? [] : [checkRedis(targets.redisUrl)]),
    checkS3(targets.s3, targets.keyPrefix),
    ...(targets.smtpUrl === undefined
      ? []
      : [checkSmtp({ url: targets.smtpUrl, timeoutMs: SMTP_TIMEOUT_MS })]),
  ]);
  return findings.flat();
}

/** @throws AppError `not_fit_to_start` that says what is wrong and how to mend it */
export function refuseToStartOn(findings: readonly Finding[]): void {
  const failures = findings.filter(({ state }) => state === 'fail');
  if (failures.length === 0) return;
  const lines = failures.map(({ check, detail, remedy }) => `  ${check}: ${detail}\n    → ${remedy}`);
  throw new AppError('not_fit_to_start', `rowferry cannot start:\n${lines.join('\n')}`);
}
