import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * JSON lines, by default on standard output (twelve-factor). Anything that smells of a credential is redacted, wherever it sits up
 * to two levels deep.
 */
export function createLogger(options: {
  level: string;
  name: string;
  to?: 'stdout' | 'stderr' | { file: string };
}): Logger {
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
      redact: {
        // ioredis hangs the refused command on its errors, AUTH with its password included.
        paths: [...secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), '*.command.args'],
        censor: '[redacted]',
      },
    },
    pino.destination({ ...destinationOf(options.to ?? 'stdout'), sync: false }),
  );
}

function destinationOf(to: 'stdout' | 'stderr' | { file: string }) {
  if (typeof to === 'object') return { dest: to.file, mkdir: true, mode: 0o600 };
  return { dest: to === 'stdout' ? 1 : 2 };
}
