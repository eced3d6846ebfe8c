import { basename, join } from 'node:path';
import type { Export, ExportFilter, NewExport, RowferryClient } from '../client/index.ts';
import { AppError } from '../errors.ts';
import { formatBytes, formatCount } from './format-numbers.ts';
import { nameAndValue } from './name-value.ts';
import { fileError, stdoutError } from './output-errors.ts';
import { goesIntoFolder, isFolder } from './output-folder.ts';
import { progressDisplay } from './progress-display.ts';
import { tableOf } from './table.ts';
import type { Column } from './table.ts';
import { typedOptions, withSince } from './typed-options.ts';
import { withServer } from './with-server.ts';
import type { RemoteOptions } from './with-server.ts';

type Write = (line: string) => void;

type Formats = NonNullable<NewExport['formats']>;

export interface RequestOptions extends RemoteOptions {
  param: readonly string[];
  format?: Formats;
  compression?: string;
  option: readonly string[];
  since?: string;
  wait?: true;
  output?: string;
}

/** `rowferry request`: prints the id, or waits for the end, or downloads the file as well. */
export function requestRemote(dataset: string, options: RequestOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    const { format, compression = 'none', option, since, wait, output } = options;
    // Before anything is asked for: nobody wants to hear of it when the export is done.
    if (output !== undefined) await goesIntoFolder(output, format?.length ?? 1);
    const asked = await client.request(
      {
        dataset,
        params: Object.fromEntries(options.param.map(nameAndValue)),
        ...(format === undefined ? {} : { formats: format }),
        // None of its members is there as undefined.
        options: typedOptions(withSince(option, since), compression) as NonNullable<NewExport['options']>,
      },
      { signal },
    );
    print(asked.id);
    if (wait !== true && output === undefined) return;
    await waitFor(client, asked.id, signal);
    if (output !== undefined) await fetchFiles(client, asked.id, { output }, signal);
  });
}

/** `rowferry list`: one line an export, newest first, or one JSON object a line. */
export function listRemote(
  { filter, most, json }: { filter: ExportFilter; most: number; json: boolean },
  options: RemoteOptions,
  print: Write,
): Promise<void> {
  return withServer(options, async (client, signal) => {
    const show = tableOf(columns, print);
    let shown = 0;
    for await (const item of client.list({ ...filter, limit: Math.min(most, 100) }, { signal })) {
      if (json) print(JSON.stringify(item));
      else show(item);
      if (++shown === most) return;
    }
  });
}

/** `rowferry wait`. */
export function waitRemote(id: string, options: RemoteOptions): Promise<void> {
  return withServer(options, (client, signal) => waitFor(client, id, signal));
}

/** `rowferry cancel`. */
export function cancelRemote(id: string, options: RemoteOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    const { status } = await client.cancel(id, { signal });
    print(`${id} is ${status}.`);
  });
}

/** `rowferry retry`. */
export function retryRemote(id: string, options: RemoteOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    const { status } = await client.retry(id, { signal });
    print(`${id} is ${status}.`);
  });
}

/** `rowferry download`: waits for the export if it has to; `-` is standard output. */
export function downloadRemote(
  id: string,
  { output, format, ...options }: RemoteOptions & { output?: string; format?: Formats[number] },
): Promise<void> {
  return withServer(options, async (client, signal) => {
    await waitFor(client, id, signal);
    await fetchFiles(client, id, { output, format }, signal);
  });
}

async function waitFor(client: RowferryClient, id: string, signal: AbortSignal): Promise<void> {
  const display = progressDisplay(process.stderr);
  const onChange = (state: Export) => display.update(state);
  await client.wait(id, { signal, onChange }).finally(() => display.stop());
}

/** All files, or that of one format. */
async function fetchFiles(
  client: RowferryClient,
  id: string,
  { output, format }: { output?: string | undefined; format?: Formats[number] | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { files } = await client.get(id, { signal });
  const wanted = format === undefined ? files : files.filter((file) => file.format === format);
  const folder = output === undefined ? '' : (await isFolder(output)) ? output : undefined;
  if (folder === undefined && wanted.length > 1) {
    const names = wanted.map((file) => file.format).join(', ');
    const message = `There are several files (${names}): name a folder that is there, or one of them with rowferry download ${id} --format.`;
    throw new AppError('bad_output', message);
  }
  // Where there is none, the server says why.
  for (const file of wanted.length > 0 ? wanted : [{ name: id, format }]) {
    // The server names the file; which folder it goes to is not its to say.
    const target = folder === undefined ? (output ?? '') : join(folder, basename(file.name));
    const options = { ...(file.format && { format: file.format }), signal };
    const downloaded = client.download(id, target === '-' ? process.stdout : target, options);
    const { bytes, sha256 } = await downloaded.catch((error: unknown) => {
      throw target === '-' ? stdoutError(error) : fileError(error, target);
    });
    process.stderr.write(`${target}: ${formatBytes(bytes)}, SHA-256 ${sha256}\n`);
  }
}

const columns: readonly Column<Export>[] = [
  { name: 'id', width: 36, of: ({ id }) => id },
  { name: 'status', width: 9, of: ({ status }) => status },
  { name: 'rows', width: 18, align: 'right', of: ({ progress }) => `${formatCount(progress.rows)} rows` },
  { name: 'size', width: 9, align: 'right', of: ({ progress }) => formatBytes(progress.bytes) },
  { name: 'asked for', width: 24, of: ({ createdAt }) => createdAt },
  { name: 'dataset and formats', width: 0, of: ({ dataset, formats }) => `${dataset} ${formats.join(',')}` },
];
