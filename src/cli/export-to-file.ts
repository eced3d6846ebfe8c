import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dirname } from 'node:path';
import { AppError } from '../errors.ts';
import { runExport } from '../export/run-export.ts';
import type { ExportResult } from '../export/run-export.ts';
import { sourceOf } from '../export/sources.ts';
import { shutdownRequested } from '../shutdown.ts';
import { chooseExport } from './choose-export.ts';
import type { TypedExport } from './choose-export.ts';
import { projectDatasets, withContext } from './context.ts';
import { exportLimits } from './export-limits.ts';
import { fileError, stdoutError } from './output-errors.ts';

/**
 * `rowferry export`: the pipeline of the worker without queue and storage. A file appears under its name only when it
 * is whole.
 */
export function exportToFile(options: TypedExport): Promise<ExportResult> {
  return withContext('rowferry-export', async ({ config, endpoints }) => {
    const {
      dataset,
      format,
      options: chosen,
      params,
      asker,
    } = chooseExport(await projectDatasets(config), options);
    if (chosen.since !== undefined) {
      const message =
        'since=last needs a record of the export before, which only a server keeps: rowferry request … --since last.';
      throw new AppError('bad_option', message);
    }
    const interrupted = new AbortController();
    void shutdownRequested().then((signal) => {
      interrupted.abort(new AppError('interrupted', `Interrupted by ${signal}; no file was written.`));
    });
    return runExport({
      dataset,
      asker,
      formats: [format],
      params,
      options: chosen,
      gzipLevel: config.EXPORT_GZIP_LEVEL,
      encoder: config.EXPORT_ENCODER,
      source: {
        connectionString: sourceOf(endpoints.sources, dataset),
        applicationName: 'rowferry-export',
      },
      limits: exportLimits(config),
      store: (body) => (options.output === '-' ? toStdout(body) : toFile(body, options.output)),
      signal: interrupted.signal,
    });
  });
}

async function toStdout(body: Readable): Promise<void> {
  try {
    await pipeline(body, process.stdout, { end: false });
  } catch (error) {
    throw stdoutError(error);
  }
}

async function toFile(body: Readable, path: string): Promise<void> {
  // A device or a pipe (/dev/null) is written to, never replaced.
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) return writeTo(body, path);
  // A name of its own: two exports to one path must not write into each other.
  const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await pipeline(body, createWriteStream(unfinished, { flags: 'wx', flush: true }));
    await rename(unfinished, path);
    // The new name is on disk only once the folder is.
    const folder = await open(dirname(path));
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileError(error, path);
  }
}

async function writeTo(body: Readable, path: string): Promise<void> {
  try {
    await pipeline(body, createWriteStream(path));
  } catch (error) {
    throw fileError(error, path);
  }
}
