import { AppError } from '../errors.ts';

/** A file that cannot be read on, or not at all. `line` counts from 1. */
export function badFile(reason: string, line?: number): AppError {
  const where = line === undefined ? 'The file' : `The file, from line ${line} on,`;
  return new AppError('bad_import_file', `${where} cannot be read: ${reason}.`, {
    details: line === undefined ? {} : { line },
  });
}
