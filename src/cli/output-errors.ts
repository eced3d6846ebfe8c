import { AppError, codeOf } from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on the disk',
  EACCES: 'there is no permission to write there',
  ENOENT: 'the folder does not exist',
  EISDIR: 'it is a folder',
};

/** In words, where writing a file failed for a reason that a person can mend; otherwise the error itself. */
export function fileError(error: unknown, path: string): unknown {
  const reason = reasons[codeOf(error) ?? ''];
  return reason === undefined
    ? error
    : new AppError('not_written', `${path} was not written: ${reason}.`, { cause: error });
}

/** The same for standard output. */
export function stdoutError(error: unknown): unknown {
  if (codeOf(error) !== 'EPIPE') return error;
  return new AppError('output_closed', 'Stopped: whoever read the output has closed it.', { cause: error });
}
