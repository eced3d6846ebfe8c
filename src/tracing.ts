// Spans, for who asks for them. Without OpenTelemetry everything here does nothing and loads nothing: the tracer is put in
// by src/cli/start-tracing.ts, where the environment names a place to send spans to.

export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** Default: `internal`, a step of what goes on already. */
  kind?: 'server' | 'client' | 'internal';
  /** Never a secret, the text of a query's parameters, or an address with a signature. */
  facts?: SpanFacts;
  /** W3C `traceparent` of what this belongs to. Default: whatever goes on here. */
  parent?: string | undefined;
}

/** A span under way. */
export interface OpenSpan {
  add(facts: SpanFacts): void;
  /** It has gone wrong; `code` is one of our own, no message. */
  fail(code: string): void;
}

export interface Tracer {
  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Runs work as part of a trace that began elsewhere, without a span of its own. */
  within<T>(traceparent: string, work: () => Promise<T>): Promise<T>;
  /** W3C `traceparent` of what goes on. */
  traceparent(): string | undefined;
  traceId(): string | undefined;
}

let tracer: Tracer | undefined;
const noSpan: OpenSpan = { add: () => undefined, fail: () => undefined };

/** Once a process, before anything is traced; undefined ends it. */
export function setTracer(chosen: Tracer | undefined): void {
  tracer = chosen;
}

export function isTracing(): boolean {
  return tracer !== undefined;
}

/** Runs work as a span, which ends with it; one that rejects is marked as failed. */
export function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: OpenSpan) => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work(noSpan) : tracer.span(name, options, work);
}

/** Runs work as part of the trace that was kept as a `traceparent`; undefined: of whatever goes on. */
export function inTrace<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
  return tracer === undefined || traceparent === undefined ? work() : tracer.within(traceparent, work);
}

/** Undefined where nothing is traced. */
export function currentTraceparent(): string | undefined {
  return tracer?.traceparent();
}

export function currentTraceId(): string | undefined {
  return tracer?.traceId();
}
