import type { ExportRecord } from '../db/export-record.ts';
import { formulaGuardOf } from '../export/formula-guard-of.ts';
import type { ExportResult, StoredFile, WrittenFile } from '../export/export-request.ts';
import { schemaOf } from '../manifest/manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { NewFile } from './exported-files.ts';

/** What is said of one of the files that an attempt has stored. */
export function fileManifest(
  record: ExportRecord,
  {
    rows,
    columns,
    files,
    snapshot,
    since,
  }: Pick<ExportResult, 'rows' | 'columns' | 'files' | 'snapshot' | 'since'>,
  { format, options, bytes, sha256, ...file }: StoredFile & Pick<NewFile, 'name' | 'contentType'>,
  generatorVersion: string,
): Manifest {
  return {
    version: 1,
    generator: { name: 'rowferry', version: generatorVersion },
    exportId: record.id,
    attempt: record.attempt,
    tenant: record.tenant,
    subject: record.subject,
    dataset: { name: record.dataset, schema: schemaOf(files?.flatMap((file) => file.columns) ?? columns) },
    params: record.params,
    format,
    options,
    columns: [...columns],
    ...(files === undefined ? {} : { files: files.map(fileOfBundle) }),
    snapshot,
    ...(since === undefined ? {} : { since }),
    file: {
      name: file.name,
      contentType: file.contentType,
      formulaGuard: formulaGuardOf(format, options),
      rows,
      bytes,
      sha256,
    },
  };
}

function fileOfBundle({ dataset, columns, ...file }: WrittenFile): NonNullable<Manifest['files']>[number] {
  return {
    ...file,
    dataset: { name: dataset, schema: schemaOf(columns) },
    columns: [...columns],
    formulaGuard: formulaGuardOf(file.format, file.options),
  };
}
