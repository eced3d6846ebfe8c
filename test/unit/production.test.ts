import { pino } from 'pino';
import { expect, it } from 'vitest';
import { warnOfOpenMetrics } from '../../src/cli/production.ts';
import { loadConfig } from '../../src/config.ts';

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db.example.org/rowferry',
  S3_BUCKET: 'exports',
};

it.each([
  [
    'in production without METRICS_TOKEN',
    production,
    ['Set METRICS_TOKEN, or keep /metrics behind the firewall.'],
  ],
  ['not with it', { ...production, METRICS_TOKEN: 'k3vQ0uYb7mZ1pX9tR5wL2cN8dF4gH6jS' }, []],
  ['not while developing', {}, []],
])('warns once of metrics that anybody may read: %s', (_when, env, remedies) => {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  warnOfOpenMetrics({ config: loadConfig(env), logger });
  const warnings = lines.map((line) => JSON.parse(line) as { remedy: string });
  expect(warnings.map(({ remedy }) => remedy)).toEqual(remedies);
});
