import type { Dataset } from '../export/dataset.ts';
import { resolveOptions } from '../export/export-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { Importer } from '../export/importer.ts';
import type { ReadFormat } from '../read/file-row.ts';
import type { WrittenAs } from '../read/written-as.ts';

/** How a file says that it was written: `format` and `options` of the export, as its manifest has them. */
export interface FileForm {
  format?: ReadFormat | undefined;
  options?: ExportOptions | undefined;
}

/** The same for a reader, which takes back to the values of this dataset what the options did to them. */
export function writtenAsOf(
  { columns, importer }: Pick<Dataset, 'columns'> & { importer: Pick<Importer<never>, 'columns'> },
  { format, options }: FileForm,
): WrittenAs {
  const types = new Map(importer.columns.map(({ name, type }) => [name, type]));
  const labelled = options !== undefined && resolveOptions(options).headers === 'labels';
  const names = new Map(columns.map(({ name, label }) => [label ?? name, name]));
  return {
    format,
    options,
    typeOf: (name) => types.get(name),
    namesOf: labelled ? (header) => header.map((label) => names.get(label) ?? label) : undefined,
  };
}
