import type { FileFormat } from './format.ts';

/** The files of a bundle in one. How each of them is written, the bundle says; a request has no part in it. */
export const zip: FileFormat = {
  name: 'zip',
  extension: 'zip',
  contentType: 'application/zip',
  text: false,
  archive: true,
  bytesPerCsvByte: 0.25,
  options: [],
};
