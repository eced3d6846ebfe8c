import { resolveOptions } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import type { FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';

export const formulaGuards = ['none', 'apostrophe', 'quote-prefix'] as const;

/**
 * What was done to text that begins like a formula, for whoever reads the file again. `apostrophe`: one apostrophe is to
 * be taken away from every value that begins with one. `quote-prefix`: nothing is to be undone, a style marks the cell.
 */
export function formulaGuardOf(
  format: FileFormatName,
  options: ExportOptions,
): (typeof formulaGuards)[number] {
  if (format === 'xlsx') return 'quote-prefix';
  const applies =
    fileFormats[format].options.includes('formulaGuard') && resolveOptions(options).formulaGuard;
  return applies ? 'apostrophe' : 'none';
}
