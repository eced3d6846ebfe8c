import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { allSettled } from '../all-settled.ts';
import { compressionStreams } from '../compression.ts';
import { NO_OPTIONS } from '../export-options.ts';
import { FileMeter } from '../file-meter.ts';
import { fileFormats } from '../formats/index.ts';
import { runStep } from '../export-request.ts';
import type { ExportRequest, ExportResult } from '../export-request.ts';
import { beginSnapshot, closeSourceClient, createSourceClient } from '../source-client.ts';
import { withPatience } from '../with-patience.ts';
import { BundleContent } from './bundle-content.ts';
import { INDEX_NAME } from './bundle.ts';

/**
 * An export of several datasets: one connection, one snapshot, one zip, whose files are written one after the other, each
 * by the way that it would take alone. Limits are for all of them together.
 *
 * Resolves and rejects as `runExport` does; the server has said CommandComplete for each query.
 */
export async function runBundle(request: ExportRequest): Promise<ExportResult> {
  const { limits, signal, onProgress, step = runStep, gzipLevel = 1, options = NO_OPTIONS } = request;
  const connection = { ...request.source, deadlineMs: limits.deadlineMs };
  const client = createSourceClient(connection);
  try {
    const content = new BundleContent(client, request);
    const { snapshot, estimatedRows } = await step('connect', () =>
      withPatience(client, request, async () => ({
        snapshot: await beginSnapshot(client, connection),
        estimatedRows: await content.estimate(),
      })),
    );
    onProgress?.({ rows: 0, bytes: 0, estimatedRows });
    const file = new FileMeter({
      maxBytes: limits.maxBytes,
      onBytes: (bytes) => onProgress?.({ estimatedRows, rows: content.rowsWritten, bytes }),
    });
    const zip = compressionStreams({
      compression: 'zip',
      gzipLevel,
      maxBytes: limits.maxBytes,
      format: fileFormats.zip,
      entry: INDEX_NAME,
    });
    const pieces = Readable.from(content.pieces(snapshot), { highWaterMark: 1 });
    await allSettled([
      step('read', () => pipeline([pieces, ...zip, file], { signal })),
      step('store', () => request.store(file, 'zip')),
    ]);
    content.checkComplete();
    return {
      rows: content.rowsWritten,
      bytes: file.bytes,
      stored: [
        { format: 'zip', options, bytes: file.bytes, sha256: file.sha256(), encoder: content.encoder },
      ],
      columns: [],
      files: content.files,
      snapshot,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    await closeSourceClient(client);
  }
}
