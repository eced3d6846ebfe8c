import { delimitedEncoder, inEncoding } from './delimited.ts';
import { optionNames } from './format.ts';
import type { Format } from './format.ts';

/**
 * By default with commas and LF, quotes only where they are needed, and NULL as nothing. People dump their diary and
 * import it again: this never changes.
 */
export const csv: Format = {
  name: 'csv',
  extension: 'csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  text: true,
  archive: false,
  bytesPerCsvByte: 1,
  options: optionNames,
  createEncoder: (input) => inEncoding(delimitedEncoder(input), input.settings),
};
