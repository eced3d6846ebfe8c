import { AppError } from '../errors.ts';

export function tooManyRows(maxRows: number): AppError {
  const message = `The export has more than the ${maxRows} rows allowed (EXPORT_MAX_ROWS).`;
  return new AppError('too_many_rows', message);
}
