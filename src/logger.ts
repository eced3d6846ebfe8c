import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * JSON lines on standard output (twelve-factor). Anything that smells of a credential is redacted, wherever it sits up
 * to two levels deep.
 */
export function createLogger(options: { level: string; name: string; file?: string }): Logger {
  const secrets = [
    'authorization',
    'cookie',
    'password',
    'secret',
    'secretAccessKey',
    'key',
    'connectionString',
    'url',
  ];
  return pino(
    {
      level: options.level,
      base: { service: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    pino.destination(
      options.file === undefined ? { fd: 1, sync: false } : { dest: options.file, mkdir: true, sync: false },
    ),
  );
}
