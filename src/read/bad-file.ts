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

/** What `badFile` was told of an error; undefined of any other. */
export function badFileOf(error: unknown): ({ reason: string } & Place) | undefined {
  if (!(error instanceof AppError) || error.code !== 'bad_import_file') return undefined;
  const { reason, line, part } = error.details;
  return {
    reason: typeof reason === 'string' ? reason : error.message,
    line: typeof line === 'number' ? line : undefined,
    part: typeof part === 'string' ? part : undefined,
  };
}

/** The same error, told with the part it is about. */
export function inPart(error: unknown, part: string): unknown {
  const told = badFileOf(error);
  return told === undefined || told.part !== undefined ? error : badFile(told.reason, { ...told, part });
}
