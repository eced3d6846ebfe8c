import { isOfTenant, isOwn } from '../auth/rights.ts';
import type { ApiKeys } from '../db/api-keys.ts';
import type { BulkRecord } from '../db/bulk-record.ts';
import type { ExportRecord } from '../db/export-record.ts';
import { AppError } from '../errors.ts';
import type { Dataset, Role } from '../export/dataset.ts';

/** Keys as the worker needs them: how one stands. */
export type KeyStates = Pick<ApiKeys, 'stateOf'>;

/**
 * What was allowed when the export was asked for must still be when it starts: hours may lie between, and a retry.
 *
 * @param params as the dataset has parsed them
 * @throws AppError `not_allowed_any_more`, `key_revoked`, `key_expired`
 */
export async function checkRights(
  record: Pick<ExportRecord, 'tenant' | 'role' | 'subject' | 'keyId'>,
  dataset: Dataset,
  params: Readonly<Record<string, unknown>>,
  keys: KeyStates,
): Promise<void> {
  const { tenant, role, subject, keyId } = record;
  checkRole(dataset, role);
  if (!isOfTenant(dataset, params, tenant)) {
    const message = `The dataset "${dataset.name}" has changed: these are not the rows of the tenant any more.`;
    throw new AppError('not_allowed_any_more', message);
  }
  if (role === 'user' && !isOwn(dataset, params, subject)) {
    const message = `The dataset "${dataset.name}" has changed: these are not the rows of the one who asked any more.`;
    throw new AppError('not_allowed_any_more', message);
  }
  await checkKey(keyId, keys);
}

/**
 * The same of a bulk export whose subjects are to be looked for, which is a matter of admins. Its exports are checked one
 * by one, as those of their subjects.
 *
 * @throws AppError as {@link checkRights}
 */
export async function checkBulkRights(
  { keyId }: Pick<BulkRecord, 'keyId'>,
  dataset: Dataset,
  keys: KeyStates,
): Promise<void> {
  checkRole(dataset, 'admin');
  await checkKey(keyId, keys);
}

function checkRole(dataset: Dataset, role: Role): void {
  if (dataset.roles.includes(role)) return;
  const message = `The dataset "${dataset.name}" is not for the role ${role} any more.`;
  throw new AppError('not_allowed_any_more', message);
}

async function checkKey(keyId: string | null, keys: KeyStates): Promise<void> {
  const state = keyId === null ? 'valid' : await keys.stateOf(keyId);
  if (state === 'revoked') {
    throw new AppError('key_revoked', 'The API key that asked for the export was revoked before it started.');
  }
  if (state === 'expired') {
    throw new AppError('key_expired', 'The API key that asked for the export expired before it started.');
  }
}
