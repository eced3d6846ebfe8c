import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

export interface AnsweredRequest {
  /** Of a short list: what clients send as a method is theirs to choose. */
  method: string;
  /** The template of the address: `/v1/exports/{id}`. */
  route: string;
  status: number;
  /** Left out for answers that are meant to last, such as a stream of events. */
  seconds?: number;
}

/** What the API was asked and how long it took to answer. */
export class HttpMetrics {
  readonly #requests: Counter<'method' | 'route' | 'status'>;
  readonly #seconds: Histogram<'method' | 'route'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#requests = new Counter({
      name: 'rowferry_http_requests_total',
      help: 'Requests answered, by method, template of the address and class of the status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'rowferry_http_request_duration_seconds',
      help: 'Time from a request’s headers to the end of its answer.',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers,
    });
  }

  answered({ method, route, status, seconds }: AnsweredRequest): void {
    this.#requests.inc({ method, route, status: `${Math.floor(status / 100)}xx` });
    if (seconds !== undefined) this.#seconds.observe({ method, route }, seconds);
  }
}
