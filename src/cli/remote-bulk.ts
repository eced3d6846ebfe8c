import { RowferryError } from '../client/index.ts';
import type { BulkExportDetail, NewBulkExport, RowferryClient } from '../client/index.ts';
import { AppError } from '../errors.ts';
import { formatBytes, formatCount } from './format-numbers.ts';
import { nameAndValue } from './name-value.ts';
import { fileError, stdoutError } from './output-errors.ts';
import { typedOptions, withSince } from './typed-options.ts';
import { withServer } from './with-server.ts';
import type { RemoteOptions } from './with-server.ts';

type Write = (line: string) => void;

export interface StartBulkOptions extends RemoteOptions {
  all?: true;
  subject: readonly string[];
  named?: string;
  where: readonly string[];
  param: readonly string[];
  format?: NewBulkExport['format'];
  compression?: string;
  option: readonly string[];
  since?: string;
  email: string[];
  wait?: true;
}

/** `rowferry bulk start`: prints the id, or waits for the end as well. */
export function startBulk(dataset: string, options: StartBulkOptions, print: Write): Promise<void> {
  const { format, compression = 'none', option, since, email, wait } = options;
  const subjects = subjectsOf(options);
  return withServer(options, async (client, signal) => {
    const { id } = await client.bulkExports.start(
      {
        dataset,
        subjects,
        params: Object.fromEntries(options.param.map(nameAndValue)),
        ...(format === undefined ? {} : { format }),
        options: typedOptions(withSince(option, since), compression) as NonNullable<NewBulkExport['options']>,
        ...(email.length === 0 ? {} : { notify: { email } }),
      },
      { signal },
    );
    print(id);
    if (wait === true) await waitFor(client, id, { signal, print });
  });
}

/** `rowferry bulk show`: a table for people, plain lines in a pipe, or JSON. */
export function showBulk(id: string, options: RemoteOptions & { json?: true }, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    const bulk = await client.bulkExports.get(id, { signal });
    if (options.json === true) print(JSON.stringify(bulk));
    else show(bulk, print);
  });
}

/** `rowferry bulk wait`. */
export function waitForBulk(id: string, options: RemoteOptions, print: Write): Promise<void> {
  return withServer(options, (client, signal) => waitFor(client, id, { signal, print }));
}

/** `rowferry bulk cancel`. */
export function cancelBulk(id: string, options: RemoteOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    print(`${id} is ${(await client.bulkExports.cancel(id, { signal })).status}.`);
  });
}

/** `rowferry bulk retry`. */
export function retryBulk(id: string, options: RemoteOptions, print: Write): Promise<void> {
  return withServer(options, async (client, signal) => {
    print(`${id} is ${(await client.bulkExports.retry(id, { signal })).status}.`);
  });
}

/** `rowferry bulk manifest`. */
export function fetchManifest(
  id: string,
  { format, output, ...options }: RemoteOptions & { format: 'csv' | 'json'; output?: string },
): Promise<void> {
  return withServer(options, async (client, signal) => {
    const target = output ?? process.stdout;
    const downloaded = client.bulkExports.manifest(id, target, { format, signal });
    const { bytes, sha256 } = await downloaded.catch((error: unknown) => {
      throw output === undefined ? stdoutError(error) : fileError(error, output);
    });
    process.stderr.write(`${output ?? '-'}: ${formatBytes(bytes)}, SHA-256 ${sha256}\n`);
  });
}

function subjectsOf({ all, subject, named, where }: StartBulkOptions): NewBulkExport['subjects'] {
  const given = [all === true, subject.length > 0, named !== undefined].filter(Boolean).length;
  if (given !== 1) {
    const message = 'Say whose rows by one of --all, --subject (again and again) and --named.';
    throw new AppError('bad_option', message);
  }
  if (all === true) return 'all';
  if (named !== undefined) return { named, params: Object.fromEntries(where.map(nameAndValue)) };
  return [...subject];
}

/** Anything but a complete end is a failure, for scripts. */
async function waitFor(
  client: RowferryClient,
  id: string,
  { signal, print }: { signal: AbortSignal; print: Write },
): Promise<void> {
  const { isTTY } = process.stderr;
  const onChange = (state: BulkExportDetail) => {
    if (isTTY) process.stderr.write(`\r\x1b[K${lineOf(state)}`);
  };
  const ended = await client.bulkExports.wait(id, { signal, onChange }).finally(() => {
    if (isTTY) process.stderr.write('\r\x1b[K');
  });
  show(ended, print);
  if (ended.status === 'completed') return;
  throw new RowferryError('export_ended', `The bulk export is ${ended.status}.`);
}

function lineOf({ status, counts, progress }: BulkExportDetail): string {
  const left = progress.etaSeconds === null ? '' : `, ${formatCount(progress.etaSeconds)} s left`;
  return `${status}: ${formatCount(counts.completed)} of ${formatCount(counts.total)} completed, ${formatCount(counts.failed)} failed${left}`;
}

function show(bulk: BulkExportDetail, print: Write): void {
  const { id, status, counts, progress, failures, error, manifest } = bulk;
  const { total, ...states } = counts;
  const eta = progress.etaSeconds === null || manifest !== null ? [] : [['left', `${progress.etaSeconds} s`]];
  const facts = [
    ['id', id],
    ['status', status],
    ['subjects', formatCount(total)],
    ...Object.entries(states).flatMap(([name, count]) => (count === 0 ? [] : [[name, formatCount(count)]])),
    ['rows', formatCount(progress.rows)],
    ['size', formatBytes(progress.bytes)],
    ...eta,
    ...(error === null ? [] : [['error', `${error.message} (${error.code})`]]),
  ];
  const width = process.stdout.isTTY ? 12 : 0;
  const cell = (name: string) => (width === 0 ? `${name}\t` : name.padEnd(width));
  for (const [name = '', value = ''] of facts) print(cell(name) + value);
  for (const { code, message, count, subjects } of failures) {
    const more = count > subjects.length ? ', …' : '';
    print(`${cell('failure')}${formatCount(count)} × ${code}: ${message} (${subjects.join(', ')}${more})`);
  }
}
