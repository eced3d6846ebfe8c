import { subjectName } from '../auth/identity.ts';
import type { BulkRecord } from '../db/bulk-record.ts';
import type { FoundSubject } from '../db/bulk-runs.ts';
import { AppError } from '../errors.ts';
import type { Dataset, SqlQuery } from '../export/dataset.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { readSubjects } from '../export/read-subjects.ts';
import type { ReadSubjectsOptions } from '../export/read-subjects.ts';
import { sessionOf } from '../export/session-of.ts';
import { sourceOf } from '../export/sources.ts';
import type { Sources } from '../export/sources.ts';
import { checkBulkRights } from './check-rights.ts';
import type { KeyStates } from './check-rights.ts';

export interface FindSubjectsOptions extends Omit<ReadSubjectsOptions, 'query' | 'source'> {
  sources: Sources;
  datasets: DatasetRegistry;
  subjectParam: string;
  apiKeys: KeyStates;
}

/**
 * The subjects of a bulk export by the SQL of its dataset, in batches, each with what the dataset has against it; while
 * who asked may still do so.
 *
 * @throws AppError `dataset_unknown`, `subjects_outdated`, `bad_subjects`, and what exports fail with
 */
export async function* findSubjects(
  bulk: BulkRecord,
  { datasets, sources, subjectParam, apiKeys, ...rest }: FindSubjectsOptions,
): AsyncGenerator<FoundSubject[], void> {
  const dataset = datasets.get(bulk.dataset);
  if (dataset === undefined) {
    throw new AppError('dataset_unknown', `There is no dataset named "${bulk.dataset}" any more.`);
  }
  await checkBulkRights(bulk, dataset, apiKeys);
  const source = {
    connectionString: sourceOf(sources, dataset),
    applicationName: `rowferry-bulk ${bulk.id}`,
    // An admin looks for the subjects; each export then is asked for by its subject.
    session: sessionOf(dataset, { tenant: bulk.tenant, subject: bulk.requestedBy, role: 'admin' }),
  };
  let before = 0;
  for await (const batch of readSubjects({ ...rest, source, query: queryOf(dataset, bulk) })) {
    for (const [index, subject] of batch.entries()) {
      if (!subjectName.safeParse(subject).success) throw badSubject(before + index + 1, subject);
    }
    before += batch.length;
    yield batch.map((subject) => ({ subject, problem: problemOf(dataset, bulk, subjectParam, subject) }));
  }
}

/** Says where it is and what is wrong. It is not quoted: the message is logged, and logs hold no values of rows. */
function badSubject(position: number, subject: string): AppError {
  const fault =
    subject === '' ? 'is empty' : /\p{C}/u.test(subject) ? 'has a control character' : 'is too long';
  const message = `Number ${position} of what the dataset’s query for subjects found, NULL not counted, cannot be one: it ${fault}. Subjects have 1 to 200 characters, none of them control characters.`;
  return new AppError('bad_subjects', message);
}

/** The dataset may have changed since the request. */
function queryOf(dataset: Dataset, { source, tenant }: BulkRecord): SqlQuery {
  const { all, named = {} } = dataset.subjects ?? {};
  if (source.kind === 'all' && all !== undefined) return all({ tenant });
  const subjects = source.kind === 'named' ? named[source.name] : undefined;
  const params = source.kind === 'named' ? subjects?.params.safeParse(source.params) : undefined;
  if (subjects !== undefined && params?.success === true) return subjects.query(params.data, { tenant });
  const message = `The dataset "${dataset.name}" has changed and does not find these subjects any more. Request it again.`;
  throw new AppError('subjects_outdated', message);
}

function problemOf(
  dataset: Dataset,
  { params }: BulkRecord,
  subjectParam: string,
  subject: string,
): string | undefined {
  const parsed = dataset.params.safeParse({ ...params, [subjectParam]: subject });
  return parsed.success ? undefined : `${subjectParam} ${parsed.error.issues[0]?.message ?? 'does not fit'}.`;
}
