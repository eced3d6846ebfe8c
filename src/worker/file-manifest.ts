import type { ExportRecord } from '../db/export-record.ts';
import { formulaGuardOf } from '../export/formula-guard-of.ts';
import type { ExportResult, WrittenFile } from '../export/export-request.ts';
import { schemaOf } from '../manifest/manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';

/** What is said of the file that an attempt has stored. */
export function fileManifest(
  record: ExportRecord,
  { rows, bytes, sha256, columns, files, snapshot }: ExportResult,
  file: { fileName: string; contentType: string },
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
    format: record.format,
    options: record.options,
    columns: [...columns],
    ...(files === undefined ? {} : { files: files.map(fileOfBundle) }),
    snapshot,
    file: {
      name: file.fileName,
      contentType: file.contentType,
      formulaGuard: formulaGuardOf(record.format, record.options),
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
