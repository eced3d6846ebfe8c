import { z } from 'zod';
import type { Identity } from '../auth/identity.ts';
import { actingRole, isOfTenant } from '../auth/rights.ts';
import type { BulkSource } from '../db/bulk-record.ts';
import type { NewBulk } from '../db/bulk-requests.ts';
import { AppError } from '../errors.ts';
import type { Dataset } from '../export/dataset.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { checkForm } from './asked-form.ts';
import type { newBulkExport } from './contract/bulk-schemas.ts';
import { invalidRequest, parseOrThrow } from './parse-request.ts';

type Body = z.output<typeof newBulkExport>;
type Asked = Pick<
  NewBulk,
  'dataset' | 'format' | 'params' | 'subjectParam' | 'options' | 'source' | 'subjects'
>;

/**
 * What an admin asks for, once it is known that every subject could have asked for their part.
 *
 * @throws AppError `invalid_request` with pointers; `forbidden`
 */
export function checkAskedBulk(
  datasets: DatasetRegistry,
  body: Body,
  identity: Identity,
  { maxSubjects }: { maxSubjects: number },
): Asked {
  const dataset = datasetOf(datasets, body.dataset, identity);
  const { subjectParam } = dataset;
  if (subjectParam === undefined || !dataset.roles.includes('user')) {
    const detail = 'is not exported by subject: bulk exports need a dataset for users, with a subjectParam';
    throw invalidRequest({ pointer: '/dataset', detail });
  }
  const params = sharedParams(dataset, subjectParam, body, identity);
  // As each subject would ask.
  const {
    formats: [format],
    options,
  } = checkForm(dataset, 'user', body);
  const asked = { dataset: dataset.name, format, options, params, subjectParam };
  if (!Array.isArray(body.subjects)) return { ...asked, source: sourceOf(dataset, body.subjects) };
  const subjects = [...new Set(body.subjects)];
  if (subjects.length > maxSubjects) {
    throw invalidRequest({ pointer: '/subjects', detail: `names more than ${maxSubjects} subjects` });
  }
  checkEach(dataset, { ...asked, subjects: body.subjects });
  return { ...asked, source: { kind: 'list' }, subjects };
}

function datasetOf(datasets: DatasetRegistry, name: string, { roles }: Identity): Dataset {
  const dataset = datasets.get(name);
  if (dataset === undefined) {
    const names = [...datasets.values()]
      .filter((one) => one.subjectParam !== undefined)
      .map((one) => one.name);
    throw invalidRequest({ pointer: '/dataset', detail: `is not one of ${names.join(', ')}` });
  }
  if (actingRole(dataset, roles) === 'admin') return dataset;
  throw new AppError('forbidden', `The dataset "${dataset.name}" is not for the role admin.`);
}

/** What all exports have in common, with the tenant filled in where the dataset names a parameter for it. */
function sharedParams(
  dataset: Dataset,
  subjectParam: string,
  { params: given }: Body,
  { tenant }: Identity,
): Body['params'] {
  const { tenantParam } = dataset;
  const { [subjectParam]: _, ...shared } = dataset.params.shape;
  const params = { ...(tenantParam === undefined ? {} : { [tenantParam]: tenant }), ...given };
  const parsed = parseOrThrow(z.strictObject(shared), params, 'body', '/params');
  if (isOfTenant(dataset, parsed, tenant)) return params;
  throw new AppError('forbidden', `Nobody may export another tenant’s rows (params.${tenantParam}).`);
}

function sourceOf(dataset: Dataset, subjects: Exclude<Body['subjects'], string[]>): BulkSource {
  const { all, named = {} } = dataset.subjects ?? {};
  if (subjects === 'all') {
    if (all !== undefined) return { kind: 'all' };
    const detail = `cannot be "all": the dataset ${dataset.name} does not say how all are found`;
    throw invalidRequest({ pointer: '/subjects', detail });
  }
  const names = Object.keys(named);
  const source = Object.hasOwn(named, subjects.named) ? named[subjects.named] : undefined;
  if (source === undefined) {
    const detail =
      names.length === 0 ? 'is not there: the dataset has none' : `is not one of ${names.join(', ')}`;
    throw invalidRequest({ pointer: '/subjects/named', detail });
  }
  const params = parseOrThrow(source.params, subjects.params, 'body', '/subjects/params');
  return { kind: 'named', name: subjects.named, params };
}

/** Where a list is wrong, only its first places are told. */
const MAX_FAULTS = 20;

function checkEach(
  dataset: Dataset,
  {
    params,
    subjectParam,
    subjects,
  }: Pick<Asked, 'params' | 'subjectParam'> & { subjects: readonly string[] },
): void {
  const faults: { pointer: string; detail: string }[] = [];
  for (const [index, subject] of subjects.entries()) {
    const parsed = dataset.params.safeParse({ ...params, [subjectParam]: subject });
    if (parsed.success) continue;
    faults.push({ pointer: `/subjects/${index}`, detail: parsed.error.issues[0]?.message ?? 'does not fit' });
    if (faults.length === MAX_FAULTS) break;
  }
  if (faults.length > 0) throw invalidRequest(...faults);
}
