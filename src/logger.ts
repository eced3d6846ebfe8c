import { pino } from 'pino';
import type { Logger } from 'pino';
import { logFacts } from './log-context.ts';
import { currentTraceId } from './tracing.ts';

export type { Logger } from 'pino';

/** Members of what is logged that hold a credential, or an address with one. */
const SECRET_MEMBERS = [
  'authorization',
  'cookie',
  'password',
  'pass',
  'secret',
  'secretAccessKey',
  'sessionToken',
  'key',
  'connectionString',
  'url',
  // Of an address that is none, as Node.js tells of it.
  'input',
];

/** What credentials look like in the middle of a text: messages of errors quote what they were given. */
const SECRET_TEXTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // scheme://user:password@host
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'\\]*@/gi, '$1[redacted]@'],
  [/([?&](?:X-Amz-(?:Signature|Credential|Security-Token)|password)=)[^&\s"'\\]+/gi, '$1[redacted]'],
  [/\b(Bearer|Basic) [\w.~+/=-]{8,}/g, '$1 [redacted]'],
  [/\b(rwf_|whsec_)[\w+/=-]{8,}/g, '$1[redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, '[redacted token]'],
];

/**
 * JSON lines, by default on standard output (twelve-factor). Anything that smells of a credential is redacted: by its name
 * up to two levels deep, by its looks anywhere. Each line carries the ids of the request and of the trace that it is part
 * of.
 */
export function createLogger(options: {
  level: string;
  name: string;
  to?: 'stdout' | 'stderr' | { file: string };
}): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        // ioredis hangs the refused command on its errors, AUTH with its password included.
        paths: [...SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), '*.command.args'],
        censor: '[redacted]',
      },
      hooks: { streamWrite: redactTexts },
      mixin: () => {
        const traceId = currentTraceId();
        return traceId === undefined ? logFacts() : { traceId, ...logFacts() };
      },
    },
    pino.destination({ ...destinationOf(options.to ?? 'stdout'), sync: false }),
  );
}

function destinationOf(to: 'stdout' | 'stderr' | { file: string }) {
  if (typeof to === 'object') return { dest: to.file, mkdir: true, mode: 0o600 };
  return { dest: to === 'stdout' ? 1 : 2 };
}

function redactTexts(line: string): string {
  return SECRET_TEXTS.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), line);
}
