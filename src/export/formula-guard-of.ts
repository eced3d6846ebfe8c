import { resolveOptions } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import type { FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';

export const formulaGuards = ['none', 'text-formula', 'quote-prefix'] as const;

/**
 * What was done to text that a spreadsheet would run, or read as something else, for whoever reads the file again.
 * `text-formula`: a value such as `="007"` stands for what is between its quotes, and one apostrophe is to be taken away
 * from every value that begins with one. `quote-prefix`: nothing is to be undone, a style marks the cell.
 */
export function formulaGuardOf(
  format: FileFormatName,
  options: ExportOptions,
): (typeof formulaGuards)[number] {
  if (format === 'xlsx') return 'quote-prefix';
  const applies =
    fileFormats[format].options.includes('formulaGuard') && resolveOptions(options).formulaGuard;
  return applies ? 'text-formula' : 'none';
}
