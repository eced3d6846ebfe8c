import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { AppError, codeOf } from '../../errors.ts';
import { runBound } from '../bound-statements.ts';
import type { EncoderChoice } from '../choose-encoder.ts';
import { compressionStreams } from '../compression.ts';
import { databaseError } from '../database-error.ts';
import type { BundleFile, SqlQuery } from '../dataset.ts';
import { viewFor } from '../dataset-view.ts';
import type { DatasetView } from '../dataset-view.ts';
import { openEncodedRows } from '../encoded-rows.ts';
import type { EncodedRows } from '../encoded-rows.ts';
import { estimateRows } from '../estimate-rows.ts';
import type { ExportRequest, WrittenFile } from '../export-request.ts';
import { FileMeter } from '../file-meter.ts';
import type { Entry } from '../formats/format.ts';
import { formats } from '../formats/index.ts';
import { sessionOf } from '../session-of.ts';
import { settingsOf } from '../source-client.ts';
import type { Snapshot } from '../source-client.ts';
import { tooManyRows } from '../too-many-rows.ts';
import { withPatience } from '../with-patience.ts';
import { filesOf, INDEX_NAME } from './bundle.ts';
import { indexPage } from './index-page.ts';

/** One file of the bundle, as the one who asks gets it. */
interface Part extends BundleFile {
  view: DatasetView;
  query: SqlQuery;
}

/** What goes into the zip of a bundle: file after file, from one transaction, and the page about them. */
export class BundleContent {
  readonly #client: Client;
  readonly #request: ExportRequest;
  readonly #parts: readonly Part[];
  /** Those that are whole. */
  readonly #written: { part: Part; choice: EncoderChoice; file: WrittenFile }[] = [];
  #rowsBefore = 0;
  #current: EncodedRows | undefined;
  #complete = false;

  constructor(client: Client, request: ExportRequest) {
    const { dataset, asker, params } = request;
    this.#client = client;
    this.#request = request;
    this.#parts = filesOf(dataset).map((file) => {
      const view = viewFor(file.dataset, asker.role, file.options);
      return { ...file, view, query: view.query(file.params(params)) };
    });
  }

  /** The planner's guess at the rows of all files. To be called first, in the transaction. */
  async estimate(): Promise<number> {
    await this.#client.query('savepoint file');
    let rows = 0;
    for (const part of this.#parts) {
      await this.#begin(part);
      rows += await estimateRows(this.#client, part.query);
    }
    return rows;
  }

  async *pieces(snapshot: Snapshot): AsyncGenerator<Buffer | Entry, void> {
    for (const part of this.#parts) {
      await withPatience(this.#client, this.#request, () => this.#begin(part));
      yield { entry: part.name };
      yield* this.#contentOf(part);
    }
    const { title, description } = this.#request.dataset;
    const files = this.#written.map(({ part: { description: what, view }, file }) => ({
      ...file,
      description: what,
      columns: view.columns,
    }));
    yield { entry: INDEX_NAME };
    yield Buffer.from(indexPage({ title, description, takenAt: snapshot.takenAt, files }));
    this.#complete = true;
  }

  get files(): WrittenFile[] {
    return this.#written.map(({ file }) => file);
  }

  get rowsWritten(): number {
    return this.#rowsBefore + (this.#current?.rowsWritten() ?? 0);
  }

  /** The way of all files, if they took the same, else the slower one. */
  get encoder(): EncoderChoice {
    const ways = this.#written.map(({ file: { name }, choice }) => `${name} by ${choice.path}`);
    const path = this.#written.every(({ choice }) => choice.path === 'bytes') ? 'bytes' : 'rows';
    return { path, reason: ways.join(', ') };
  }

  /** After the end. @throws AppError `row_count_mismatch` (retryable) where it came too early */
  checkComplete(): void {
    if (this.#complete && this.#written.length === this.#parts.length) return;
    throw new AppError('row_count_mismatch', 'Not every file was written.', { retryable: true });
  }

  /** Tells the session of this file's dataset who asks. What that of another was told goes with the savepoint. */
  async #begin({ dataset, options }: Part): Promise<void> {
    const session = sessionOf(dataset, this.#request.asker);
    const settings = settingsOf(session, { timezone: options.timeZone ?? 'UTC' });
    await runBound(this.#client, [{ text: 'rollback to savepoint file' }, ...settings]).catch(
      (error: unknown) => {
        throw databaseError(error);
      },
    );
  }

  async *#contentOf(part: Part): AsyncGenerator<Buffer, void> {
    const { limits, encoder = 'auto', gzipLevel = 1, signal } = this.#request;
    const { name, dataset, format, options, view } = part;
    const rows = openEncodedRows({
      ...part,
      client: this.#client,
      encoder,
      limits: { ...limits, maxRows: limits.maxRows - this.#rowsBefore },
      entryStem: dataset.name,
    });
    this.#current = rows;
    const meter = new FileMeter({ maxBytes: limits.maxBytes });
    const packing = compressionStreams({
      ...{ compression: 'none', gzipLevel, maxBytes: limits.maxBytes, format: formats[format] },
      entry: `${dataset.name}.${formats[format].extension}`,
    });
    const reading = pipeline([...rows.streams, ...packing, meter], { signal });
    // It comes out of the meter too; that is where it is caught.
    reading.catch(() => undefined);
    try {
      yield* meter as AsyncIterable<Buffer>;
      await reading;
    } catch (error) {
      throw codeOf(error) === 'too_many_rows' ? tooManyRows(limits.maxRows) : error;
    }
    rows.checkCount();
    const file = {
      ...{ name, dataset: dataset.name, format, options },
      ...{ rows: rows.rowsWritten(), bytes: meter.bytes, sha256: meter.sha256() },
      columns: view.columns.map(({ name: column, type, masked }) => ({ name: column, type, masked })),
    };
    this.#written.push({ part, choice: rows.choice, file });
    this.#rowsBefore += rows.rowsWritten();
    this.#current = undefined;
  }
}
