import type { ExportRecord } from '../db/export-record.ts';
import { formulaGuardOf } from '../export/formula-guard-of.ts';
import type { ExportResult } from '../export/run-export.ts';
import { schemaOf } from '../manifest/manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';

/** What is said of the file that an attempt has stored. */
export function fileManifest(
  record: ExportRecord,
  { rows, bytes, sha256, columns, snapshot }: ExportResult,
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
    dataset: { name: record.dataset, schema: schemaOf(columns) },
    params: record.params,
    format: record.format,
    options: record.options,
    columns: [...columns],
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
