import type { Identity } from '../auth/identity.ts';
import { actingRole, isOwn } from '../auth/rights.ts';
import { AppError } from '../errors.ts';
import type { Dataset, Role } from '../export/dataset.ts';
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
  const { subjectParam } = dataset;
  if (subjectParam === undefined || role === 'admin') return { role, params: parse(dataset, given) };
  const params = parse(dataset, { [subjectParam]: identity.subject, ...given });
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

function parse(dataset: Dataset, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return parseOrThrow(dataset.params, params, 'body', '/params');
}
