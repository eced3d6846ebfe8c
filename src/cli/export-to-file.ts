import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';
import { fileTypeOf } from '../export/compression.ts';
import { fileNameOf } from '../export/file-name.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { optionsOf } from '../export/options-of.ts';
import { runExport } from '../export/run-export.ts';
import type { StoredFile } from '../export/run-export.ts';
import { sourceOf } from '../export/sources.ts';
import { shutdownRequested } from '../shutdown.ts';
import { chooseExport } from './choose-export.ts';
import type { TypedExport } from './choose-export.ts';
import { projectDatasets, withContext } from './context.ts';
import { exportLimits } from './export-limits.ts';
import { stdoutError } from './output-errors.ts';
import { goesIntoFolder } from './output-folder.ts';
import { WholeFiles } from './whole-files.ts';

export interface WrittenExport {
  /** In each file. */
  rows: number;
  files: (Pick<StoredFile, 'bytes' | 'sha256'> & { path: string })[];
}

/**
 * `rowferry export`: the pipeline of the worker without queue and storage. Files appear under their names only when all
 * are whole; in a folder they are called as a server calls them.
 */
export function exportToFile(typed: TypedExport): Promise<WrittenExport> {
  return withContext('rowferry-export', async ({ config, endpoints }) => {
    const { dataset, formats, options, params, asker } = chooseExport(await projectDatasets(config), typed);
    if (options.since !== undefined) {
      const message =
        'since=last needs a record of the export before, which only a server keeps: rowferry request … --since last.';
      throw new AppError('bad_option', message);
    }
    const { output } = typed;
    const inFolder = await goesIntoFolder(output, formats.length);
    const now = new Date();
    const pathOf = (format: FileFormatName) => {
      const { extension } = fileTypeOf(format, optionsOf(format, options));
      return inFolder ? join(output, fileNameOf(dataset.name, now, extension)) : output;
    };
    const interrupted = new AbortController();
    void shutdownRequested().then((signal) => {
      interrupted.abort(new AppError('interrupted', `Interrupted by ${signal}; no file was written.`));
    });
    const files = new WholeFiles();
    try {
      const { rows, stored } = await runExport({
        dataset,
        asker,
        formats,
        params,
        options,
        gzipLevel: config.EXPORT_GZIP_LEVEL,
        encoder: config.EXPORT_ENCODER,
        source: {
          connectionString: sourceOf(endpoints.sources, dataset),
          applicationName: 'rowferry-export',
        },
        limits: exportLimits(config),
        store: (body, format) => (output === '-' ? toStdout(body) : files.write(body, pathOf(format))),
        signal: interrupted.signal,
      });
      await files.publish();
      return { rows, files: stored.map((file) => ({ ...file, path: pathOf(file.format) })) };
    } finally {
      await files.discard();
    }
  });
}

async function toStdout(body: Readable): Promise<void> {
  try {
    await pipeline(body, process.stdout, { end: false });
  } catch (error) {
    throw stdoutError(error);
  }
}
