import { AppError } from '../errors.ts';

/** Where in a file something is. */
export interface Place {
  /** Line of a text, row of a sheet; from 1. */
  line?: number | undefined;
  /** The sheet, or the file of several in one. */
  part?: string | undefined;
}

/** A file that cannot be read on, or not at all. */
export function badFile(reason: string, { line, part }: Place = {}): AppError {
  const from = line === undefined ? '' : `from line ${line} on`;
  const where = [part === undefined ? '' : `in “${part}”`, from].filter((text) => text !== '').join(' ');
  const message = `The file${where === '' ? '' : `, ${where},`} cannot be read: ${reason}.`;
  return new AppError('bad_import_file', message, { details: { reason, line, part } });
}

/** The same error, told with the part it is about. */
export function inPart(error: unknown, part: string): unknown {
  if (!(error instanceof AppError) || error.code !== 'bad_import_file') return error;
  const { reason, line, part: known } = error.details as unknown as { reason: string } & Place;
  return known === undefined ? badFile(reason, { line, part }) : error;
}
