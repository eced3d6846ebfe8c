import { pipeline } from 'node:stream/promises';
import { bothSettled } from './both-settled.ts';
import { runBundle } from './bundle/run-bundle.ts';
import { compressionStreams } from './compression.ts';
import { viewFor } from './dataset-view.ts';
import { openEncodedRows } from './encoded-rows.ts';
import { estimateRows } from './estimate-rows.ts';
import { runStep } from './export-request.ts';
import type { ExportRequest, ExportResult } from './export-request.ts';
import { FileMeter } from './file-meter.ts';
import { NO_OPTIONS } from './export-options.ts';
import { formats } from './formats/index.ts';
import { sessionOf } from './session-of.ts';
import { beginSnapshot, closeSourceClient, createSourceClient } from './source-client.ts';
import { withPatience } from './with-patience.ts';

export type { ExportLimits } from './export-limits.ts';
export type { ExportProgress, ExportRequest, ExportResult, ExportStep } from './export-request.ts';

/**
 * The way of a row from PostgreSQL to a stored file: one connection, one snapshot, one query, an encoder, a meter, a
 * store, with back-pressure from the last to the first. Memory does not grow with rows.
 *
 * Resolves only when the server said CommandComplete, every row read was written and the store has the whole file.
 * Otherwise rejects, with the signal's reason or an AppError, after the store was told by an error on its stream.
 */
export async function runExport(request: ExportRequest): Promise<ExportResult> {
  const { dataset, asker, limits, signal, onProgress, step = runStep } = request;
  signal.throwIfAborted();
  const { options = NO_OPTIONS, format, encoder = 'auto', gzipLevel = 1 } = request;
  if (format === 'zip') return runBundle(request);
  const view = viewFor(dataset, asker.role, options);
  const query = view.query(request.params);
  const session = sessionOf(dataset, asker);
  const connection = {
    ...request.source,
    deadlineMs: limits.deadlineMs,
    timeZone: options.timeZone,
    session,
  };
  const client = createSourceClient(connection);
  try {
    const { snapshot, estimatedRows } = await step('connect', () =>
      withPatience(client, request, async () => ({
        snapshot: await beginSnapshot(client, connection),
        estimatedRows: await estimateRows(client, query),
      })),
    );
    onProgress?.({ rows: 0, bytes: 0, estimatedRows });
    const rows = openEncodedRows({
      client,
      query,
      view,
      format,
      options,
      encoder,
      limits,
      entryStem: dataset.name,
    });
    const file = new FileMeter({
      maxBytes: limits.maxBytes,
      onBytes: (bytes) => onProgress?.({ estimatedRows, rows: rows.rowsWritten(), bytes }),
    });
    const { archive, extension } = formats[format];
    const between = compressionStreams({
      compression: options.compression,
      gzipLevel,
      maxBytes: limits.maxBytes,
      archive,
      entry: `${dataset.name}.${extension}`,
    });
    await bothSettled(
      step('read', () => pipeline([...rows.streams, ...between, file], { signal })),
      step('store', () => request.store(file)),
    );
    rows.checkCount();
    const { bytes } = file;
    const columns = view.columns.map(({ name, type, masked }) => ({ name, type, masked }));
    return {
      rows: rows.rowsWritten(),
      bytes,
      sha256: file.sha256(),
      encoder: rows.choice,
      columns,
      snapshot,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    await closeSourceClient(client);
  }
}
