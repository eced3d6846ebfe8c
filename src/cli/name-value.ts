import { AppError } from '../errors.ts';

/** `name=value`, as `--param` takes it. @throws AppError `bad_param` */
export function nameAndValue(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new AppError('bad_param', `--param ${pair}: write it as --param name=value.`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
