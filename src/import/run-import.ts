import type { Client } from 'pg';
import { DatabaseError, escapeIdentifier } from 'pg';
import { AppError } from '../errors.ts';
import { runBound } from '../export/bound-statements.ts';
import { databaseError, forLog } from '../export/database-error.ts';
import type { Asker, Dataset, SessionContext } from '../export/dataset.ts';
import type { Importer } from '../export/importer.ts';
import { sessionOf } from '../export/session-of.ts';
import {
  closeSourceClient,
  createSourceClient,
  dropConnection,
  settingsOf,
  TEXT_FORM,
} from '../export/source-client.ts';
import type { ImportLimits } from './import-limits.ts';
import type { ImportReport, OnInvalid } from './import-report.ts';
import { stageRows } from './stage-rows.ts';
import type { StagedFile } from './stage-rows.ts';
import { writtenAsOf } from './written-as-of.ts';
import type { FileForm } from './written-as-of.ts';

export interface ImportRequest extends FileForm {
  dataset: Dataset;
  /** What the session of the dataset's SQL is told. */
  asker: Asker;
  /** Already parsed by the dataset's schema. */
  params: Record<string, unknown>;
  /** The bytes of the file. */
  file: AsyncIterable<Buffer>;
  /** Default: by the header. */
  preset?: string | undefined;
  onInvalid: OnInvalid;
  /** Says what would be done, and writes nothing. */
  dryRun: boolean;
  target: { connectionString: string; applicationName: string };
  limits: ImportLimits;
  /** Rows read so far; must be quick. */
  onRows?: (rows: number) => void;
  signal: AbortSignal;
}

/**
 * The way of a file back into the tables: read, checked and copied into a temporary table, told from what is there, and
 * written in one transaction, whole or not at all. The same file again changes nothing. Memory does not grow with rows.
 *
 * Rejects with the signal's reason or an AppError, and then nothing was written, unless only the answer to the commit was lost: `not_importable`, `bad_import_file`,
 * `import_too_large`, `preset_unknown`, `import_refused` where the tables do not take the rows, `import_miscounted`, and
 * what {@link databaseError} makes of other failures.
 */
export async function runImport(request: ImportRequest): Promise<ImportReport> {
  const { dataset, asker, limits, target, signal } = request;
  signal.throwIfAborted();
  const { importer } = dataset;
  if (importer === undefined) {
    throw new AppError('not_importable', `The dataset “${dataset.name}” takes no imports.`);
  }
  const session = sessionOf(dataset, asker);
  const client = createSourceClient({ ...target, deadlineMs: limits.deadlineMs, settings: SETTINGS });
  const drop = () => dropConnection(client);
  signal.addEventListener('abort', drop, { once: true });
  try {
    await client.connect();
    // A time without a zone is one in UTC, as exports tell them, wherever the server is.
    await client.query(`set statement_timeout = ${Math.ceil(limits.deadlineMs)}; set timezone = 'UTC'`);
    const { file, preset, onRows } = request;
    const written = writtenAsOf({ columns: dataset.columns, importer }, request);
    const staged = await stageRows({ client, importer, file, preset, written, limits, onRows, signal });
    return await merge(client, { ...request, importer, session, staged });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw importError(error);
  } finally {
    signal.removeEventListener('abort', drop);
    await closeSourceClient(client);
  }
}

const SETTINGS = {
  url: 'IMPORT_DATABASE_URL (or SOURCE_DATABASE_URL, or DATABASE_URL)',
  deadline: 'IMPORT_DEADLINE_SECONDS',
};

type Merge = ImportRequest & {
  importer: Importer<Record<string, unknown>>;
  session: SessionContext;
  staged: StagedFile;
};

/**
 * What somebody has just imported, the server's statistics do not know yet: it expects a row, and would look through
 * everything for each of a million. Joining by hash is never far worse.
 */
const NO_NESTED_LOOPS = { enable_nestloop: 'off' };

async function merge(client: Client, request: Merge): Promise<ImportReport> {
  const { importer, params, dryRun, onInvalid, staged, limits, session } = request;
  if (session.role !== undefined) {
    await client.query(`grant all on pg_temp.import_rows to ${escapeIdentifier(session.role)}`);
  }
  await client.query(dryRun ? 'begin transaction read only' : 'begin');
  await runBound(client, settingsOf(session, { ...TEXT_FORM, ...NO_NESTED_LOOPS }));
  await oneAtATime(client, request);
  const duplicates = importer.duplicates(params);
  const duplicate = await rowsOf(client, {
    text: `delete from pg_temp.import_rows where import_row in (${duplicates.text})`,
    values: duplicates.values,
  });
  const found = staged.rows - staged.invalid - duplicate;
  const withheld = await withhold(client, onInvalid, staged, limits.batchRows, found);
  const written = dryRun || found === withheld ? 0 : await write(client, importer, params, found - withheld);
  await client.query(written === 0 ? 'rollback' : 'commit');
  const { format, preset, rows, invalid, invalidRows, ignoredColumns } = staged;
  return {
    format,
    preset,
    rows,
    new: found,
    duplicate,
    invalid,
    withheld,
    written,
    invalidRows,
    ignoredColumns,
  };
}

/** Two imports for the same params would each find nothing of the other, and write the same rows twice. */
async function oneAtATime(client: Client, { dataset, params }: Merge): Promise<void> {
  const what = JSON.stringify([dataset.name, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))]);
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`rowferry import ${what}`]);
}

/** Takes away what an invalid row takes with it. Resolves to how many that were. */
async function withhold(
  client: Client,
  onInvalid: OnInvalid,
  { invalid, badBatches }: StagedFile,
  batchRows: number,
  found: number,
): Promise<number> {
  if (invalid === 0 || onInvalid === 'skip-row') return 0;
  if (onInvalid === 'reject-file') return found;
  return rowsOf(client, {
    text: 'delete from pg_temp.import_rows where (import_row - 1) / $1 = any ($2::bigint[])',
    values: [batchRows, [...badBatches]],
  });
}

async function write(
  client: Client,
  importer: Importer<Record<string, unknown>>,
  params: Record<string, unknown>,
  expected: number,
): Promise<number> {
  let rows = 0;
  for (const statement of importer.write(params)) rows = await rowsOf(client, statement);
  if (rows === expected) return rows;
  const message = `The dataset’s SQL wrote ${rows} rows of ${expected}; nothing was kept.`;
  throw new AppError('import_miscounted', message);
}

async function rowsOf(client: Client, { text, values }: { text: string; values: readonly unknown[] }) {
  const { rowCount } = await client.query(text, [...values]);
  return rowCount ?? 0;
}

/** SQLSTATE class of rows that a constraint of the tables does not take. */
const INTEGRITY = '23';

function importError(error: unknown): unknown {
  if (!(error instanceof DatabaseError) || error.code?.startsWith(INTEGRITY) !== true) {
    return error instanceof Error && !(error instanceof TypeError)
      ? databaseError(error, 'database that is imported into')
      : error;
  }
  const { code, constraint, table } = error;
  const what = constraint === undefined ? `SQLSTATE ${code}` : `${constraint} of ${table ?? 'a table'}`;
  const message = `The tables do not take these rows (${what}); nothing was written.`;
  return new AppError('import_refused', message, forLog(error));
}
