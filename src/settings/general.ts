import { z } from 'zod';
import { url, keyAdvice } from './kinds.ts';

export const general = {
  heading: 'General',
  settings: {
    NODE_ENV: z
      .enum(['development', 'production', 'test'])
      .default('development')
      .describe('`production` refuses to start on demo credentials, demo data or the embedded servers.'),
    ROWFERRY_HOME: z
      .string()
      .default('.rowferry')
      .describe('Folder of the embedded servers’ data and of the demo credentials.'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('Least severe log line that is written (JSON lines on standard output).'),
    METRICS_TOKEN: z
      .string()
      .min(32, keyAdvice)
      .max(1024)
      .optional()
      .describe('What Prometheus has to send as a bearer token to read `/metrics`. Not set: nothing.'),
    OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?$/)
      .optional()
      .describe(
        'Where traces go, by OTLP over HTTP, such as `http://collector:4318`. Not set: none are made. OpenTelemetry’s other variables for it count too.',
      ),
    OTEL_TRACES_SAMPLER_ARG: z.coerce
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('Share of traces that are kept, of those that begin here; others follow their beginning.'),
    DATASETS_DIR: z
      .string()
      .optional()
      .describe('Folder of dataset files. Default: the `datasets` folder of this project.'),
  },
};
