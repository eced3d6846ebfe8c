import type { Config } from '../config.ts';
import type { ShutdownPhase } from '../shutdown.ts';

/**
 * Begins to make traces where they have somewhere to go: OpenTelemetry costs memory and time to load.
 *
 * @param service name of the service, unless OTEL_SERVICE_NAME has another
 * @returns what sends the rest, to be run last
 */
export async function traceIfAsked(service: string, config: Config): Promise<ShutdownPhase[]> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return [];
  const { startTracing } = await import('./start-tracing.ts');
  const run = startTracing(service, { share: config.OTEL_TRACES_SAMPLER_ARG });
  return [{ name: 'the traces', timeoutMs: 3000, run }];
}
