import { setTimeout as pause } from 'node:timers/promises';
import type { Request } from 'express';
import { Router } from 'express';
import { z } from 'zod';
import { actingRole } from '../auth/rights.ts';
import type { ExportRecord } from '../db/export-record.ts';
import { exportStatuses } from '../db/export-record.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { ExportRequests } from '../db/export-requests.ts';
import { AppError } from '../errors.ts';
import { fileTypeOf } from '../export/compression.ts';
import { compressionNames, formatNames } from '../export/formats/format.ts';
import { formats } from '../export/formats/index.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { lateSignalOf } from './answer-in-time.ts';
import { identityOf } from './authenticate.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { authorizeParams, roleFor } from './export-access.ts';
import { exportResource } from './export-resource.ts';
import { optionalHeader } from './headers.ts';
import { onlyMethods, parseOrThrow } from './problem.ts';
import { limitReached, setRateLimitHeaders } from './rate-limit-headers.ts';
import { visibleExport } from './visible-export.ts';

export interface ExportsRouterOptions {
  datasets: DatasetRegistry;
  records: ExportRecords;
  requests: ExportRequests;
  queue: ExportQueue;
  store: ObjectStore;
  downloadUrlTtlSeconds: number;
  logger: Logger;
}

/** How often a client need look, in seconds. */
const POLL_SECONDS = '1';
/** Time that removing a deleted file may keep its client waiting, in milliseconds. */
const REMOVE_PATIENCE_MS = 1000;

const newExport = z.strictObject({
  dataset: z.string().max(63),
  format: z.enum(formatNames).default('csv'),
  // PostgreSQL’s jsonb holds no NUL.
  params: z
    .record(z.string(), z.unknown())
    .refine((params) => !JSON.stringify(params).includes('\\u0000'), 'must not contain NUL')
    .default({}),
  options: z.strictObject({ compression: z.enum(compressionNames).default('none') }).prefault({}),
});

/** Opaque to us. */
const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

const listQuery = z.strictObject({
  status: z.enum(exportStatuses).optional(),
  dataset: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'is no name of a dataset')
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

export function exportsRouter(options: ExportsRouterOptions): Router {
  const { datasets, records, requests, queue, store, logger } = options;
  const router = Router();

  const visible = (request: Request<{ id: string }>) => visibleExport(records, request);

  router.post('/', async (request, response) => {
    const identity = identityOf(request);
    if (!request.is('application/json')) {
      throw new AppError('unsupported_media_type', 'Send `Content-Type: application/json` in UTF-8.');
    }
    const key = optionalHeader(request, 'Idempotency-Key', idempotencyKey);
    const asked = parseOrThrow(newExport, request.body, 'body');
    const dataset = datasets.get(asked.dataset);
    if (dataset === undefined) {
      const theirs = [...datasets.values()].filter((one) => actingRole(one, identity.roles) !== undefined);
      throw invalid('/dataset', `is not one of ${theirs.map(({ name }) => name).join(', ')}`);
    }
    const { role, params } = authorizeParams(dataset, asked.params, identity);
    if (!dataset.formats.includes(asked.format)) {
      throw invalid('/format', `is not one of ${dataset.formats.join(', ')}`);
    }
    const { tenant, subject, via } = identity;
    const { format, options: chosen } = asked;
    const by = via.kind === 'key' ? { keyId: via.keyId } : {};
    const values = { tenant, role, subject, ...by, dataset: dataset.name, format, params, options: chosen };
    const answer = await requests.request(values, { idempotencyKey: key, signal: lateSignalOf(request) });
    if ('limits' in answer) setRateLimitHeaders(response, answer.limits);
    if (answer.outcome === 'limited') throw limitReached(answer.limit);
    const record = answer.export;
    if (answer.outcome === 'created') {
      // The row is the promise, so nobody waits for the queue. If it cannot take the job now, the janitor brings it there.
      queue.add(record.id).catch((error: unknown) => {
        logger.warn(
          { err: error, exportId: record.id },
          'the queue did not take an export; the janitor will add it',
        );
      });
    }
    if (answer.outcome === 'replayed') response.set('Idempotency-Replayed', 'true');
    if (isOpen(record)) response.set('Retry-After', POLL_SECONDS);
    response
      .status(answer.outcome === 'created' ? 202 : 200)
      .location(`/v1/exports/${record.id}`)
      .json(exportResource(record));
  });

  router.get('/', async (request, response) => {
    const { tenant, roles, subject } = identityOf(request);
    const { limit, cursor, status, dataset } = parseOrThrow(listQuery, request.query, 'query');
    const found = await records.list({
      tenant,
      subject: roles.includes('admin') ? undefined : subject,
      status,
      dataset,
      limit: limit + 1,
      after: cursor === undefined ? undefined : decodeCursor(cursor),
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const nextCursor = last === undefined ? null : encodeCursor(last.position);
    if (nextCursor !== null) {
      const query = new URLSearchParams({ ...(request.query as Record<string, string>), cursor: nextCursor });
      response.set('Link', `</v1/exports?${query.toString()}>; rel="next"`);
    }
    response.json({ exports: page.map((record) => exportResource(record)), nextCursor });
  });

  router.all('/', onlyMethods('GET', 'POST'));

  router.get('/:id', async (request, response) => {
    const record = await visible(request);
    if (isOpen(record)) response.set('Retry-After', POLL_SECONDS);
    response.json(exportResource(record));
  });

  router.delete('/:id', async (request, response) => {
    const record = await visible(request);
    await records.delete(record.tenant, record.id);
    // The link dies with the object. Where that fails now, the janitor removes it.
    if (record.objectKey !== null) {
      const removed = store.delete(record.objectKey).catch((error: unknown) => {
        logger.warn({ err: error, exportId: record.id }, 'a deleted file could not be removed yet');
      });
      await Promise.race([removed, pause(REMOVE_PATIENCE_MS, undefined, { ref: false })]);
    }
    response.status(204).end();
  });

  router.all('/:id', onlyMethods('GET', 'DELETE'));

  router.post('/:id/cancel', async (request, response) => {
    const record = await visible(request);
    const cancelled = await records.cancel(record.tenant, record.id);
    if (cancelled === undefined) {
      const { status } = await visible(request);
      if (status !== 'cancelled')
        throw new AppError('already_ended', `It is ${status}; there is nothing to cancel.`);
    }
    // In the queue it does no harm: who takes it finds that there is nothing to do.
    queue.remove(record.id).catch(() => undefined);
    response.json(exportResource(cancelled ?? (await visible(request))));
  });

  router.all('/:id/cancel', onlyMethods('POST'));

  router.get('/:id/download', async (request, response) => {
    const record = await visible(request);
    // A dataset that was taken away can forbid nothing; its files stay until they expire.
    const dataset = datasets.get(record.dataset);
    if (dataset !== undefined) roleFor(dataset, identityOf(request));
    if (record.status === 'expired')
      throw new AppError('expired', 'Its time is over. Request the export again.');
    if (record.status !== 'completed' || record.objectKey === null || record.fileName === null) {
      throw new AppError('not_ready', `The export is ${record.status}.`);
    }
    const secondsLeft = Math.floor(record.secondsLeft ?? 0);
    if (secondsLeft < 1) throw new AppError('expired', 'Its time is over. Request the export again.');
    const url = await store.signDownload({
      key: record.objectKey,
      fileName: record.fileName,
      contentType: fileTypeOf(formats[record.format], record.options.compression).contentType,
      expiresInSeconds: Math.min(options.downloadUrlTtlSeconds, secondsLeft),
    });
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(302, url);
  });

  router.all('/:id/download', onlyMethods('GET'));

  return router;
}

function isOpen({ status }: ExportRecord): boolean {
  return status === 'queued' || status === 'running';
}

function invalid(pointer: string, detail: string): AppError {
  return new AppError('invalid_request', 'See `errors` for what to change.', {
    details: { errors: [{ pointer, detail }] },
  });
}
