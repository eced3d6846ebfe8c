import type { TypeSample } from '../../scripts/type-samples.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { datasetOf, runTestExport } from './run-test-export.ts';

/** An export of one row of the values, and one of NULL; each column with the type and modifier that it has in a table. */
export function exportSamples({
  connectionString,
  samples,
  format,
  options = { compression: 'none' },
}: {
  connectionString: string;
  samples: readonly TypeSample[];
  format: FormatName;
  options?: ExportOptions;
}) {
  const columns = sampleColumns(samples);
  const values = samples.map(({ sql }, index) => `${sql} as c${index}`).join(', ');
  const names = columns.map(({ name }) => name).join(', ');
  const text =
    `select ${names} from generate_series(1, 2) as n ` +
    `left join (select 1 as n, ${values}) as one using (n) order by n`;
  return runTestExport({ connectionString, dataset: datasetOf(text, columns), format, options });
}

export function sampleColumns(samples: readonly TypeSample[]) {
  return samples.map(({ declare }, index) => ({
    name: `c${index}`,
    type: declare,
    description: 'A sample.',
  }));
}
