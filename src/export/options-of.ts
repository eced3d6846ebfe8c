import type { ExportOptions } from './export-options.ts';
import type { Compression, FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';

/** Of the options of an export in several formats those that this one takes: the others are for the other files. */
export function optionsOf(format: FileFormatName, options: ExportOptions): ExportOptions {
  const { options: known } = fileFormats[format];
  const taken = Object.entries(options).filter(([name, value]) => {
    if (name === 'compression') return true;
    if (name === 'preset') return value === 'round-trip' || known.includes('headers');
    return known.some((one) => one === name);
  });
  return { ...Object.fromEntries(taken), compression: compressionOf(format, options) };
}

/** What is packed already can only be split into the files of a zip. */
export function compressionOf(
  format: FileFormatName,
  { compression, rowsPerFile }: Pick<ExportOptions, 'compression' | 'rowsPerFile'>,
): Compression {
  const splits = compression === 'zip' && rowsPerFile !== undefined;
  const { text, options: known } = fileFormats[format];
  return text || (splits && known.includes('rowsPerFile')) ? compression : 'none';
}
