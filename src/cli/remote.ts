import { basename } from 'node:path';
import type { Export, ExportFilter, NewExport, RowferryClient } from '../client/index.ts';
import { formatBytes, formatCount } from './format-numbers.ts';
import { nameAndValue } from './name-value.ts';
import { fileError, stdoutError } from './output-errors.ts';
import { progressDisplay } from './progress-display.ts';
import { typedOptions } from './typed-options.ts';
import { withServer } from './with-server.ts';
import type { RemoteOptions } from './with-server.ts';

type Write = (line: string) => void;

export interface RequestOptions extends RemoteOptions {
  param: readonly string[];
  format?: NewExport['format'];
  compression?: string;
  option: readonly string[];
  wait?: true;
  output?: string;
}

/** `rowferry request`: prints the id, or waits for the end, or downloads the file as well. */
export function requestRemote(dataset: string, options: RequestOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    const { format, compression = 'none', option, wait, output } = options;
    const asked = await client.request(
      {
        dataset,
        params: Object.fromEntries(options.param.map(nameAndValue)),
        ...(format === undefined ? {} : { format }),
        // None of its members is there as undefined.
        options: typedOptions(option, compression) as NonNullable<NewExport['options']>,
      },
      { signal },
    );
    print(asked.id);
    if (wait !== true && output === undefined) return;
    await waitFor(client, asked.id, signal);
    if (output !== undefined) await fetchFile(client, asked.id, output, signal);
  });
}

/** `rowferry list`: one line an export, newest first, or one JSON object a line. */
export function listRemote(
  { filter, most, json }: { filter: ExportFilter; most: number; json: boolean },
  options: RemoteOptions,
  print: Write,
): Promise<void> {
  return withServer(options, async (client, signal) => {
    let shown = 0;
    for await (const item of client.list({ ...filter, limit: Math.min(most, 100) }, { signal })) {
      print(json ? JSON.stringify(item) : lineOf(item));
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
  { output, ...options }: RemoteOptions & { output?: string },
): Promise<void> {
  return withServer(options, async (client, signal) => {
    await waitFor(client, id, signal);
    await fetchFile(client, id, output, signal);
  });
}

async function waitFor(client: RowferryClient, id: string, signal: AbortSignal): Promise<void> {
  const display = progressDisplay(process.stderr);
  const onChange = (state: Export) => display.update(state);
  await client.wait(id, { signal, onChange }).finally(() => display.stop());
}

async function fetchFile(
  client: RowferryClient,
  id: string,
  output: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { file } = await client.get(id, { signal });
  // The server names the file; which folder it goes to is not its to say.
  const target = output ?? basename(file?.name ?? id);
  const downloaded = client.download(id, target === '-' ? process.stdout : target, { signal });
  const { bytes, sha256 } = await downloaded.catch((error: unknown) => {
    throw target === '-' ? stdoutError(error) : fileError(error, target);
  });
  process.stderr.write(`${target}: ${formatBytes(bytes)}, SHA-256 ${sha256}\n`);
}

function lineOf({ id, status, progress, dataset, format, createdAt }: Export): string {
  const rows = `${formatCount(progress.rows)} rows`.padStart(18);
  return `${id}  ${status.padEnd(9)}  ${rows}  ${formatBytes(progress.bytes).padStart(9)}  ${createdAt}  ${dataset} ${format}`;
}
