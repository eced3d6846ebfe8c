import { pipeline } from 'node:stream/promises';
import { allSettled } from './all-settled.ts';
import { beginQuery } from './begin-query.ts';
import { runBundle } from './bundle/run-bundle.ts';
import { compressionStreams } from './compression.ts';
import { viewFor } from './dataset-view.ts';
import { estimateRows } from './estimate-rows.ts';
import { runStep } from './export-request.ts';
import type { ExportRequest, ExportResult } from './export-request.ts';
import { FileMeter } from './file-meter.ts';
import { openFiles } from './open-files.ts';
import { NO_OPTIONS } from './export-options.ts';
import { formats } from './formats/index.ts';
import { sessionOf } from './session-of.ts';
import { closeSourceClient, createSourceClient } from './source-client.ts';
import { withPatience } from './with-patience.ts';

export type { ExportLimits } from './export-limits.ts';
export type {
  ExportProgress,
  ExportRequest,
  ExportResult,
  ExportStep,
  StoredFile,
} from './export-request.ts';

/**
 * The way of a row from PostgreSQL to stored files: one connection, one snapshot, one query, and for each format an
 * encoder, a meter, a store, with back-pressure from the last to the first. Memory does not grow with rows.
 *
 * Resolves only when the server said CommandComplete, every row read was written and the store has every file whole.
 * Otherwise rejects, with the signal's reason or an AppError, after each store was told by an error on its stream.
 */
export async function runExport(request: ExportRequest): Promise<ExportResult> {
  const { dataset, asker, limits, signal, onProgress, step = runStep } = request;
  signal.throwIfAborted();
  const { options = NO_OPTIONS, encoder = 'auto', gzipLevel = 1 } = request;
  const rowFormats = request.formats.filter((format) => format !== 'zip');
  if (rowFormats.length === 0) return runBundle(request);
  const view = viewFor(dataset, asker.role, options);
  const session = sessionOf(dataset, asker);
  const connection = {
    ...request.source,
    deadlineMs: limits.deadlineMs,
    timeZone: options.timeZone,
    session,
  };
  const client = createSourceClient(connection);
  try {
    const { snapshot, query, since, estimatedRows } = await step('connect', () =>
      withPatience(client, request, async () => {
        const begun = await beginQuery(client, { ...request, connection, view });
        return { ...begun, estimatedRows: await estimateRows(client, begun.query) };
      }),
    );
    onProgress?.({ rows: 0, bytes: 0, estimatedRows });
    const rows = openFiles({
      client,
      query,
      view,
      formats: rowFormats,
      options,
      encoder,
      limits,
      entryStem: dataset.name,
    });
    const { maxBytes } = limits;
    const meters: FileMeter[] = [];
    const unpacked = { bytes: 0 };
    const bytes = () => meters.reduce((sum, meter) => sum + meter.bytes, 0);
    const onBytes = () => onProgress?.({ estimatedRows, rows: rows.rowsWritten(), bytes: bytes() });
    const files = rows.files.map((file) => {
      const format = formats[file.format];
      const { compression } = file.options;
      const entry = `${dataset.name}.${format.extension}`;
      const between = compressionStreams({ compression, gzipLevel, maxBytes, unpacked, format, entry });
      // Together they have the limit of one: to ask for more formats must not raise it.
      const meter = new FileMeter({ maxBytes, counted: bytes, onBytes });
      meters.push(meter);
      return { ...file, meter, streams: [...file.streams, ...between, meter] };
    });
    const broken = new AbortController();
    const joined = { signal: AbortSignal.any([signal, broken.signal]) };
    const pipelines = [
      ...(rows.feed === undefined ? [] : [rows.feed]),
      ...files.map(({ streams }) => streams),
    ];
    // Where one breaks, none of the others may end as if it were whole.
    const all = (works: Promise<void>[]) => allSettled(works, () => broken.abort());
    await allSettled([
      step('read', () => all(pipelines.map((streams) => pipeline(streams, joined)))),
      step('store', () => all(files.map(({ format, meter }) => request.store(meter, format)))),
    ]);
    rows.checkCount();
    const columns = view.columns.map(({ name, type, masked }) => ({ name, type, masked }));
    return {
      rows: rows.rowsWritten(),
      bytes: bytes(),
      stored: files.map(({ format, options: own, choice, meter }) => ({
        ...{ format, options: own, encoder: choice },
        bytes: meter.bytes,
        sha256: meter.sha256(),
      })),
      columns,
      snapshot,
      since,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    await closeSourceClient(client);
  }
}
