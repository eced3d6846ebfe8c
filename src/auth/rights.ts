import type { Dataset, Role } from '../export/dataset.ts';
import { roleNames } from './identity.ts';

/** The role in which somebody asks a dataset: the one of theirs that reaches furthest. Undefined: it is not for them. */
export function actingRole(dataset: Pick<Dataset, 'roles'>, roles: readonly Role[]): Role | undefined {
  return [...roleNames].reverse().find((role) => roles.includes(role) && dataset.roles.includes(role));
}

/** True when params that the dataset has parsed name no other tenant. */
export function isOfTenant(
  { tenantParam }: Dataset,
  params: Readonly<Record<string, unknown>>,
  tenant: string,
): boolean {
  return tenantParam === undefined || params[tenantParam] === tenant;
}

/** True when params that the dataset has parsed say the same as they would with this subject filled in. */
export function isOwn(dataset: Dataset, params: Readonly<Record<string, unknown>>, subject: string): boolean {
  const { subjectParam } = dataset;
  if (subjectParam === undefined) return false;
  const own = dataset.params.safeParse({ ...params, [subjectParam]: subject });
  return own.success && own.data[subjectParam] === params[subjectParam];
}
