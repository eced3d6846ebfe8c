import type { Identity } from '../db/api-keys.ts';
import { AppError } from '../errors.ts';
import type { Dataset } from '../export/dataset.ts';
import { parseOrThrow } from './problem.ts';

/**
 * Checks that somebody may ask a dataset for these rows, and completes their params: a user's own subject is filled in,
 * and anybody else's is forbidden.
 *
 * @throws AppError `forbidden`; `invalid_request` with pointers below `/params`
 */
export function authorizeParams(
  dataset: Dataset,
  given: Readonly<Record<string, unknown>>,
  identity: Identity,
): Record<string, unknown> {
  if (!dataset.roles.includes(identity.role)) {
    throw new AppError('forbidden', `The dataset "${dataset.name}" is not for the role ${identity.role}.`);
  }
  const { subjectParam } = dataset;
  if (subjectParam === undefined || identity.role === 'admin') return parse(dataset, given);
  const params = parse(dataset, { [subjectParam]: identity.subject, ...given });
  const own = parse(dataset, { ...given, [subjectParam]: identity.subject });
  if (params[subjectParam] !== own[subjectParam]) {
    throw new AppError(
      'forbidden',
      `Only an admin may export somebody else’s rows (params.${subjectParam}).`,
    );
  }
  return params;
}

function parse(dataset: Dataset, params: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return parseOrThrow(dataset.params, params, 'body', '/params');
}
