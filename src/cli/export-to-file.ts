import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dirname } from 'node:path';
import { AppError, codeOf } from '../errors.ts';
import type { Dataset } from '../export/dataset.ts';
import type { FormatName } from '../export/formats/format.ts';
import { formatNames } from '../export/formats/format.ts';
import { runExport } from '../export/run-export.ts';
import type { ExportResult } from '../export/run-export.ts';
import { shutdownRequested } from '../shutdown.ts';
import { projectDatasets, withContext } from './context.ts';
import { exportLimits } from './worker-process.ts';

export interface ExportToFileOptions {
  dataset: string;
  format: string;
  /** `name=value`, as typed. */
  params: readonly string[];
  /** `-` is standard output. */
  output: string;
}

/**
 * `rowferry export`: the pipeline of the worker without queue and storage. A file appears under its name only when it
 * is whole.
 */
export function exportToFile(options: ExportToFileOptions): Promise<ExportResult> {
  return withContext('rowferry-export', async ({ config, endpoints }) => {
    const dataset = pick(await projectDatasets(config), options.dataset);
    const interrupted = new AbortController();
    void shutdownRequested().then((signal) => {
      interrupted.abort(new AppError('interrupted', `Interrupted by ${signal}; no file was written.`));
    });
    return runExport({
      dataset,
      format: formatOf(options.format, dataset),
      params: parseParams(dataset, options.params),
      source: { connectionString: endpoints.sourceDatabaseUrl, applicationName: 'rowferry-export' },
      limits: exportLimits(config),
      store: (body) => (options.output === '-' ? toStdout(body) : toFile(body, options.output)),
      signal: interrupted.signal,
    });
  });
}

function pick(datasets: ReadonlyMap<string, Dataset>, name: string): Dataset {
  const dataset = datasets.get(name);
  if (dataset !== undefined) return dataset;
  throw new AppError(
    'dataset_unknown',
    `There is no dataset "${name}". There is: ${[...datasets.keys()].join(', ')}.`,
  );
}

function formatOf(name: string, dataset: Dataset): FormatName {
  const format = formatNames.find((known) => known === name);
  if (format !== undefined && dataset.formats.includes(format)) return format;
  throw new AppError(
    'format_unknown',
    `${dataset.name} has no format "${name}". It has: ${dataset.formats.join(', ')}.`,
  );
}

function parseParams(dataset: Dataset, given: readonly string[]): Record<string, unknown> {
  const pairs = given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new AppError('bad_param', `--param ${pair}: write it as --param name=value.`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  const parsed = dataset.params.safeParse(Object.fromEntries(pairs));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  --param ${path.join('.')}: ${message}`);
  const known = Object.keys(dataset.params.shape).join(', ');
  throw new AppError(
    'bad_param',
    `The parameters do not fit (${dataset.name} has: ${known}):\n${faults.join('\n')}`,
  );
}

async function toStdout(body: Readable): Promise<void> {
  try {
    await pipeline(body, process.stdout, { end: false });
  } catch (error) {
    if (codeOf(error) !== 'EPIPE') throw error;
    throw new AppError('output_closed', 'Stopped: whoever read the output has closed it.', { cause: error });
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

function fileError(error: unknown, path: string): unknown {
  const advice: Readonly<Record<string, string>> = {
    ENOSPC: 'there is no space left on the disk',
    EACCES: 'there is no permission to write there',
    ENOENT: 'the folder does not exist',
    EISDIR: 'it is a folder',
  };
  const reason = advice[codeOf(error) ?? ''];
  return reason === undefined
    ? error
    : new AppError('not_written', `${path} was not written: ${reason}.`, { cause: error });
}
