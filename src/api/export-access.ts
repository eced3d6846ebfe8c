import type { Identity } from '../auth/identity.ts';
import { actingRole, isOfTenant, isOwn } from '../auth/rights.ts';
import type { FileRecord } from '../db/export-record.ts';
import { AppError } from '../errors.ts';
import type { FileColumn } from '../export/column.ts';
import type { Dataset, Role } from '../export/dataset.ts';
import { viewFor } from '../export/dataset-view.ts';
import { parseOrThrow } from './parse-request.ts';

/**
 * Checks that somebody may ask a dataset for these rows, says in which role they do, and completes their params: a user's
 * own subject is filled in, and anybody else's is forbidden.
 *
 * @throws AppError `forbidden`; `invalid_request` with pointers below `/params`
 */
export function authorizeParams(
  dataset: Dataset,
  given: Readonly<Record<string, unknown>>,
  identity: Identity,
): { role: Role; params: Record<string, unknown> } {
  const role = roleFor(dataset, identity);
  const { subjectParam, tenantParam } = dataset;
  const tenant = tenantParam === undefined ? {} : { [tenantParam]: identity.tenant };
  const subject = subjectParam === undefined || role === 'admin' ? {} : { [subjectParam]: identity.subject };
  const params = parse(dataset, { ...tenant, ...subject, ...given });
  if (!isOfTenant(dataset, params, identity.tenant)) {
    throw new AppError('forbidden', `Nobody may export another tenant’s rows (params.${tenantParam}).`);
  }
  if (subjectParam === undefined || role === 'admin') return { role, params };
  if (!isOwn(dataset, params, identity.subject)) {
    throw new AppError(
      'forbidden',
      `Only an admin may export somebody else’s rows (params.${subjectParam}).`,
    );
  }
  return { role, params };
}

/** @throws AppError `forbidden` */
export function roleFor(dataset: Dataset, { roles }: Identity): Role {
  const role = actingRole(dataset, roles);
  if (role !== undefined) return role;
  throw new AppError('forbidden', `The dataset "${dataset.name}" is not for the role ${roles.join(', ')}.`);
}

/**
 * Checks that a file holds nothing that this role may not see: the dataset may have become stricter since.
 *
 * @param file.columns undefined for one that was made before they were recorded, when it had all of them
 * @throws AppError `forbidden`
 */
export function checkFile(
  dataset: Dataset,
  role: Role,
  { columns, files }: Pick<FileRecord, 'columns' | 'files'>,
): void {
  if (files === undefined) return checkColumns(dataset, role, columns);
  for (const file of files) {
    // One that the bundle is without now has nobody who could close it.
    const declared = dataset.files?.find(({ name }) => name === file.name);
    if (declared !== undefined) checkColumns(declared.dataset, role, file.columns);
  }
}

function checkColumns(dataset: Dataset, role: Role, held: readonly FileColumn[] | undefined): void {
  const { columns, leftOut } = viewFor(dataset, role);
  const closed = [...leftOut, ...columns.filter(({ masked }) => masked).map(({ name }) => name)];
  const open = (held ?? dataset.columns.map(({ name }) => ({ name, masked: false }))).filter(
    ({ masked }) => !masked,
  );
  const refused = open.find(({ name }) => closed.includes(name));
  if (refused === undefined) return;
  const message =
    `The file has the column "${refused.name}", which is not for the role ${role} any more. ` +
    'Ask for the export again.';
  throw new AppError('forbidden', message);
}

function parse(dataset: Dataset, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return parseOrThrow(dataset.params, params, 'body', '/params');
}
