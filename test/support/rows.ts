import { fileURLToPath } from 'node:url';

/** Setting by which a service offers the dataset in `datasets/rows.ts`, and nothing else. */
export const ROWS_DATASET = { DATASETS_DIR: fileURLToPath(new URL('datasets', import.meta.url)) };

/** The file of that dataset, written without any of rowferry's code. */
export function rowsFile(count: number): string {
  const filler = 'x'.repeat(90);
  const lines = Array.from(
    { length: count },
    (_, index) => `${index + 1},"row ${index + 1}, ""${filler}"""\n`,
  );
  return `id,label\n${lines.join('')}`;
}
