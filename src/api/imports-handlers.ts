import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import type { Identity } from '../auth/identity.ts';
import type { ImportRecord } from '../db/import-record.ts';
import { tooManyImports } from '../db/import-records.ts';
import type { ImportQuota, ImportRecords } from '../db/import-records.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Dataset } from '../export/dataset.ts';
import { importParams } from '../export/importer.ts';
import type { ImportReport, OnInvalid } from '../import/import-report.ts';
import type { Logger } from '../logger.ts';
import type { ImportQueue } from '../queue/import-queue.ts';
import type { ReadFormat } from '../read/file-row.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { importOperations } from './contract/imports.ts';
import type { ImportResource } from './contract/imports.ts';
import { authorizeParams, roleFor } from './export-access.ts';
import type { Handlers } from './operations-router.ts';
import { Places } from './places.ts';
import type { Place } from './places.ts';
import { invalidRequest } from './parse-request.ts';
import { notFound } from './problem.ts';
import { readUpload } from './upload.ts';

export interface ImportsOptions {
  datasets: DatasetRegistry;
  records: ImportRecords;
  queue: Pick<ImportQueue, 'add'>;
  store: ObjectStore;
  /** Start of every key of a file. */
  keyPrefix: string;
  maxBytes: number;
  /** Of the JSON before the file. */
  maxRequestBytes: number;
  logger: Logger;
}

const POLL_SECONDS = 1;
const { form } = importOperations.createImport;
type Content = z.output<typeof form.schema>;

/** Files on their way back in: everybody's own, and for an admin all of the tenant. */
export function importsHandlers(options: ImportsOptions): Handlers<typeof importOperations> {
  const { datasets, records, queue, store, maxBytes, maxRequestBytes, logger } = options;
  const uploads = new Places();
  return {
    async createImport({ form: request, headers, identity, by, signal }) {
      const { tenant, subject, via } = identity;
      const idempotencyKey = headers['Idempotency-Key'] ?? null;
      const rules = { form, maxBytes, maxRequestBytes };
      const values = await readUpload(request, rules, async (content, file) => {
        const dataset = importable(datasets, content, identity);
        const { role, params } = authorizeParams(
          { ...dataset, params: importParams(dataset.params) },
          content.params,
          identity,
        );
        if (idempotencyKey === null) await records.checkQuota({ tenant, role, subject });
        const id = randomUUID();
        const objectKey = `${options.keyPrefix}${id}/0-${randomBytes(8).toString('hex')}/file`;
        // Files under way are in no row yet.
        const leave = uploads.take(placesOf({ tenant, role, subject }, records.quota));
        const stored = await storeFile(store, objectKey, file, signal).finally(leave);
        const { onInvalid, dryRun, preset = null, format = null, options: written = null } = content;
        const asked = { dataset: dataset.name, params, preset, format, options: written, onInvalid, dryRun };
        const requestHash = createHash('sha256')
          .update(JSON.stringify([asked.dataset, Object.entries(params).sort(), preset, onInvalid, dryRun]))
          .update(format === null && written === null ? '' : JSON.stringify([format, written]))
          .update(stored.sha256)
          .digest();
        const keyId = via.kind === 'key' ? via.keyId : null;
        const owner = { tenant, role, subject, keyId };
        return { id, ...owner, ...asked, objectKey, fileBytes: stored.bytes, requestHash, idempotencyKey };
      });
      const removeFile = () =>
        store.delete(values.objectKey).catch((error: unknown) => {
          logger.warn({ err: error, importId: values.id }, 'a file could not be removed; the janitor will');
        });
      signal.throwIfAborted();
      let made;
      try {
        made = await records.create(values, by);
      } catch (error) {
        void removeFile();
        throw error;
      }
      const body = resourceOf(made.import);
      const place = { Location: body.links.self };
      if (made.replayed) {
        void removeFile();
        return { status: 200, headers: { ...place, 'Idempotency-Replayed': 'true' }, body };
      }
      // The row is the promise: what the queue does not take now the janitor brings there.
      queue.add(values.id).catch((error: unknown) => {
        logger.warn(
          { err: error, importId: values.id },
          'the queue did not take an import; the janitor will add it',
        );
      });
      return { status: 202, headers: { ...place, 'Retry-After': POLL_SECONDS }, body };
    },

    async getImport({ params, identity: { tenant, roles, subject } }) {
      const record = await records.find(tenant, params.id);
      const own = record?.role === 'user' && record.subject === subject;
      if (record === undefined || !(own || roles.includes('admin'))) throw notFound();
      return { status: 200, body: resourceOf(record) };
    },
  };
}

/** @throws AppError `invalid_request`, `forbidden` */
function importable(
  datasets: DatasetRegistry,
  { dataset: name, preset }: Content,
  identity: Identity,
): Dataset {
  const dataset = datasets.get(name);
  if (dataset?.importer === undefined) {
    const names = [...datasets.values()]
      .filter(({ importer }) => importer !== undefined)
      .map((one) => one.name);
    throw invalidRequest({ pointer: '/dataset', detail: `takes no imports; there is ${names.join(', ')}` });
  }
  roleFor(dataset, identity);
  const presets = (dataset.importer.presets ?? []).map((one) => one.name);
  if (preset !== undefined && !presets.includes(preset)) {
    throw invalidRequest({ pointer: '/preset', detail: `is not one of ${presets.join(', ')}` });
  }
  return dataset;
}

function placesOf(
  { tenant, role, subject }: Pick<ImportRecord, 'tenant' | 'role' | 'subject'>,
  { perSubject, perTenant }: ImportQuota,
): Place[] {
  return [
    { name: JSON.stringify([tenant, role, subject]), most: perSubject, refusal: tooManyImports },
    { name: tenant, most: perTenant, refusal: tooManyImports },
  ];
}

/** Stores a file as it comes. What a failure leaves behind, the janitor finds. */
async function storeFile(
  store: ObjectStore,
  key: string,
  file: Readable,
  signal: AbortSignal,
): Promise<{ bytes: number; sha256: Buffer }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      bytes += chunk.length;
      hash.update(chunk);
      callback(null, chunk);
    },
  });
  const body = new PassThrough();
  const results = await Promise.allSettled([
    pipeline(file, meter, body, { signal }),
    store.upload({ key, body, contentType: 'application/octet-stream', signal }),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return { bytes, sha256: hash.digest() };
}

function resourceOf(record: ImportRecord): ImportResource {
  const {
    id,
    dataset,
    params,
    preset,
    format,
    options,
    dryRun,
    subject,
    status,
    attempt,
    errorCode,
    errorMessage,
  } = record;
  return {
    id,
    dataset,
    params,
    preset,
    format: format as ReadFormat | null,
    options,
    onInvalid: record.onInvalid as OnInvalid,
    dryRun,
    subject,
    status,
    attempt,
    file: { bytes: record.fileBytes },
    progress: { rows: record.rowsRead },
    report: record.report === null ? null : reportOf(record.report as ImportReport),
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
    links: { self: `/v1/imports/${id}` },
  };
}

function reportOf({
  invalidRows,
  ignoredColumns,
  ...counts
}: ImportReport): NonNullable<ImportResource['report']> {
  return {
    ...counts,
    invalidRows: invalidRows.map((row) => ({ ...row, part: row.part ?? null })),
    ignoredColumns: [...ignoredColumns],
  };
}
