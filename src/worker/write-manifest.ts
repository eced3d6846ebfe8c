import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BulkRecord, ManifestFile, ManifestFormat } from '../db/bulk-record.ts';
import type { BulkSubject } from '../db/bulk-subjects.ts';
import { AppError } from '../errors.ts';
import type { Column } from '../export/column.ts';
import { FileMeter } from '../export/file-meter.ts';
import { NO_OPTIONS, resolveOptions } from '../export/export-options.ts';
import { delimitedEncoder } from '../export/formats/delimited.ts';
import { formats } from '../export/formats/index.ts';
import { json } from '../export/formats/json.ts';
import type { TextRow } from '../export/formats/format.ts';
import type { ObjectStore } from '../storage/object-store.ts';

export interface ManifestOptions {
  store: ObjectStore;
  keyPrefix: string;
  maxBytes: number;
  /** Where the file of an export can be downloaded: an address that asks for rights, never a signed one. */
  downloadLink: (exportId: string) => string;
  subjects: (page: { after?: string | undefined; limit: number }) => Promise<BulkSubject[]>;
  signal: AbortSignal;
}

/** Subjects in memory at a time. */
const PAGE = 500;

const columns: readonly [Column, ...Column[]] = [
  { name: 'subject', type: 'text', description: 'Whose export it is.' },
  { name: 'status', type: 'text', description: 'What became of it.' },
  { name: 'rows', type: 'integer', description: 'In the file.' },
  { name: 'bytes', type: 'integer', description: 'Of the file.' },
  { name: 'sha256', type: 'text', description: 'Of the file, hex.' },
  { name: 'link', type: 'text', description: 'Where the file can be downloaded.' },
  { name: 'error', type: 'text', description: 'Code of the reason for which it failed.' },
];

/** Writes the manifest in one format, whole and checked, or not at all. What it leaves when it fails is swept. */
export async function writeManifest(
  bulk: BulkRecord,
  format: ManifestFormat,
  options: ManifestOptions,
): Promise<ManifestFile> {
  const { store, keyPrefix, maxBytes, signal } = options;
  const day = bulk.createdAt.toISOString().slice(0, 10);
  const fileName = `${bulk.dataset}-${day}-manifest.${formats[format].extension}`;
  const folder = `${bulk.attempt}-${randomBytes(8).toString('hex')}`;
  const objectKey = `${keyPrefix}${bulk.id}/${folder}/${fileName}`;
  const meter = new FileMeter({ maxBytes });
  const upload = { key: objectKey, body: meter, contentType: formats[format].contentType, signal };
  await Promise.all([
    pipeline(Readable.from(textOf(format, options)), meter, { signal }),
    store.upload(upload),
  ]);
  const stored = await store.head(objectKey);
  if (stored?.bytes !== meter.bytes) {
    const message = 'The stored manifest does not have the size of the file that was written.';
    throw new AppError('stored_size_mismatch', message, { retryable: true });
  }
  return { objectKey, fileName, bytes: meter.bytes, sha256: meter.sha256() };
}

async function* textOf(
  format: ManifestFormat,
  { subjects, downloadLink }: Pick<ManifestOptions, 'subjects' | 'downloadLink'>,
): AsyncGenerator<Buffer, void> {
  const input = { columns, settings: resolveOptions(NO_OPTIONS), title: '', rowGroupBytes: 0 };
  const encoder = format === 'csv' ? delimitedEncoder(input) : json.createEncoder(input);
  yield Buffer.from(encoder.start());
  let after: string | undefined;
  do {
    const page = await subjects({ after, limit: PAGE });
    const text = encoder.batch(page.map((one) => rowOf(one, downloadLink)));
    if (text !== '') yield Buffer.from(text);
    after = page.length < PAGE ? undefined : page.at(-1)?.subject;
  } while (after !== undefined);
  const end = encoder.end();
  if (end !== '') yield Buffer.from(end);
}

function rowOf(
  { subject, status, rows, bytes, sha256, exportId, error }: BulkSubject,
  downloadLink: ManifestOptions['downloadLink'],
): TextRow {
  const hasFile = status === 'completed' && exportId !== null;
  return [
    subject,
    status,
    String(rows),
    String(bytes),
    sha256,
    hasFile ? downloadLink(exportId) : null,
    error?.code ?? null,
  ];
}
