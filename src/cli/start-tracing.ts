import { context, propagation, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Attributes, Context, Link } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';
import { BullMQOtel } from 'bullmq-otel';
import { codeOf } from '../errors.ts';
import { traceQueues } from '../queue/queue-backend.ts';
import { setTracer } from '../tracing.ts';
import type { SpanOptions, Tracer } from '../tracing.ts';
import { VERSION } from './version.ts';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
const PRODUCT = 'rowferry';

/**
 * Sends spans by OTLP over HTTP, to where the standard variables of OpenTelemetry say. Nothing but this file loads
 * OpenTelemetry, and nothing loads this file where they say nothing. Returns what sends the rest and ends it.
 *
 * @param service name of the service, unless OTEL_SERVICE_NAME has another
 */
export function startTracing(service: string, { share }: { share: number }): () => Promise<void> {
  const named = resourceFromAttributes({ 'service.name': service, 'service.version': VERSION });
  const provider = new TracerProvider({
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new BeginningsSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  setTracer(otelTracer());
  traceQueues(new BullMQOtel({ tracerName: PRODUCT, version: VERSION }));
  return async () => {
    setTracer(undefined);
    traceQueues(undefined);
    await provider.shutdown();
  };
}

/** A trace begins with a request or a job. What the queue does for itself, several times a second, begins none. */
class BeginningsSampler implements Sampler {
  readonly #share: Sampler;

  constructor(share: number) {
    this.#share = new TraceIdRatioBasedSampler(share);
  }

  shouldSample(
    parent: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (kind === SpanKind.INTERNAL || kind === SpanKind.CLIENT) {
      return { decision: SamplingDecision.NOT_RECORD };
    }
    return this.#share.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  toString(): string {
    return `Beginnings{${this.#share.toString()}}`;
  }
}

function otelTracer(): Tracer {
  const tracer = trace.getTracer(PRODUCT, VERSION);
  const remote = (traceparent: string) => propagation.extract(context.active(), { traceparent });
  const current = () => trace.getSpanContext(context.active());
  return {
    span(name, { kind = 'internal', facts = {}, parent }: SpanOptions, work) {
      const around = parent === undefined ? context.active() : remote(parent);
      return tracer.startActiveSpan(name, { kind: KINDS[kind], attributes: facts }, around, async (span) => {
        const fail = (code: string) => {
          span.setAttribute('error.type', code);
          span.setStatus({ code: SpanStatusCode.ERROR });
        };
        try {
          return await work({ add: (more) => span.setAttributes(more), fail });
        } catch (error) {
          // Its code and not its message, which may quote what no span should hold.
          fail(codeOf(error) ?? 'unknown');
          throw error;
        } finally {
          span.end();
        }
      });
    },
    within: (traceparent, work) => context.with(remote(traceparent), work),
    traceparent() {
      const span = current();
      if (span === undefined) return undefined;
      const sampled = (span.traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01';
      return `00-${span.traceId}-${span.spanId}-${sampled}`;
    },
    traceId: () => current()?.traceId,
  };
}
