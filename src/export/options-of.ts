import type { ExportOptions } from './export-options.ts';
import type { FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';

/** Of the options of an export in several formats those that this one takes: the others are for the other files. */
export function optionsOf(format: FileFormatName, options: ExportOptions): ExportOptions {
  const { options: known, text } = fileFormats[format];
  const taken = Object.entries(options).filter(([name, value]) => {
    if (name === 'compression') return true;
    if (name === 'preset') return value === 'round-trip' || known.includes('headers');
    return known.some((one) => one === name);
  });
  return { ...Object.fromEntries(taken), compression: text ? options.compression : 'none' };
}
