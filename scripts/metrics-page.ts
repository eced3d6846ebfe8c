import { Metrics } from '../src/metrics.ts';

/** docs/metrics.md: every metric there is, from the code that declares it. */
export function metricsPage(): string {
  const all = new Metrics().describe();
  const ours = all.filter(({ name }) => name.startsWith('rowferry_'));
  const others = all.filter(({ name }) => !name.startsWith('rowferry_'));
  const table = (metrics: typeof all) =>
    [
      '| Name | Type | Labels | What it is |',
      '| --- | --- | --- | --- |',
      ...metrics.map(({ name, type, labels, help }) => {
        const shown = labels.map((label) => `\`${label}\``).join(', ');
        return `| \`${name}\` | ${type} | ${shown} | ${help.replaceAll('|', '\\|')} |`;
      }),
    ].join('\n');
  return [
    '# Metrics and traces',
    '<!-- Generated from src/metrics.ts by `npm run docs`; the text is in scripts/metrics-page.ts. Do not edit. -->',
    '`GET /metrics` answers in Prometheus’ text format: the API on its port, a worker on `WORKER_HEALTH_PORT`, where ' +
      '`/livez` and `/readyz` are too. Whoever reaches the port may read it, unless `METRICS_TOKEN` is set; then ' +
      'Prometheus has to send that (`authorization: { credentials_file: … }`). It tells names of datasets and how much ' +
      'is exported, so do one of the two: set the token, or keep the address behind the firewall. In production a ' +
      'process that opens it without a token warns of it at its start.',
    'Each process counts for itself: add them up, `sum(rate(…))`. What waits is read from the database and the queue, ' +
      'at most once in five seconds, and shown by each API process alike: take `max(…)`. A part that does not answer ' +
      'within a second holds up no scrape: its gauges go, and `rowferry_database_up` or `rowferry_queue_up` is 0.',
    'Labels hold no ids, subjects or tenants. Datasets and formats are those that `datasets/` declares, error codes ' +
      'those of [api.md](api.md).',
    '[deploy/prometheus](../deploy/prometheus) has a configuration and alert rules, ' +
      '[deploy/grafana/rowferry.json](../deploy/grafana/rowferry.json) a dashboard to import. To scale workers with ' +
      'KEDA, use its Prometheus scaler with `max(rowferry_exports_unfinished)` summed over `status`: it counts ' +
      'what was accepted, whatever the queue has lost, and runs that must not be scaled away.',
    '## Of rowferry',
    table(ours),
    '## Of Node.js',
    table(others),
    '## Traces',
    '`rowferry api` and `rowferry worker` send traces by OTLP over HTTP (JSON) when `OTEL_EXPORTER_OTLP_ENDPOINT` ' +
      'is set; otherwise OpenTelemetry is not even loaded. `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`, ' +
      '`OTEL_RESOURCE_ATTRIBUTES` and the `OTEL_BSP_*` variables count as in its documentation; ' +
      '`OTEL_TRACES_SAMPLER_ARG` is the share of traces that are kept.',
    'A request, the job it adds, the query, the upload, the publishing and the messages about the end are one trace, ' +
      'which is that of the `traceparent` the request came with. The job carries it, and the history of the export ' +
      'keeps it, so a job that the queue lost and the janitor adds again still belongs to it. What is lost: a message ' +
      'that is tried again later begins a trace of its own, and so does an export that was asked for by an API ' +
      'without traces. `rowferry.export.id` finds them all.',
    'Spans hold ids, names of datasets and error codes: no parameters, no SQL, no addresses of receivers, no signed ' +
      'links. Lines of the log carry `requestId`, which clients see as `X-Request-Id`, and `traceId`.',
  ].join('\n\n');
}
