import type { z } from 'zod';
import type { Identity } from '../auth/identity.ts';
import { actingRole } from '../auth/rights.ts';
import type { Dataset, Role } from '../export/dataset.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { checkForm } from './asked-form.ts';
import type { AskedForm } from './asked-form.ts';
import type { exportContent } from './contract/schemas.ts';
import { authorizeParams } from './export-access.ts';
import { invalidRequest } from './parse-request.ts';

/** What somebody asks for, once it is known that they may. */
export interface AskedExport
  extends Omit<z.output<typeof exportContent>, 'dataset' | 'format' | 'formats'>, AskedForm {
  dataset: Dataset;
  /** In which they ask. */
  role: Role;
}

/** @throws AppError `invalid_request` with pointers; `forbidden` */
export function checkAsked(
  datasets: DatasetRegistry,
  body: z.output<typeof exportContent>,
  identity: Identity,
): AskedExport {
  const dataset = datasets.get(body.dataset);
  if (dataset === undefined) {
    const theirs = [...datasets.values()].filter((one) => actingRole(one, identity.roles) !== undefined);
    const names = theirs.map(({ name }) => name).join(', ');
    throw invalidRequest({ pointer: '/dataset', detail: `is not one of ${names}` });
  }
  const { role, params } = authorizeParams(dataset, body.params, identity);
  return { ...body, ...checkForm(dataset, role, body), dataset, role, params };
}
