import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../src/metrics.ts';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, project), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; action: string; runbook: string };
}
interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
  gridPos: { x: number; y: number; w: number; h: number };
}

/** Names by which the samples of each metric are asked for, and its labels. */
function samples(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { name, type, labels } of new Metrics().describe()) {
    const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const suffix of suffixes) {
      found.set(
        name + suffix,
        new Set([...labels, 'job', 'instance', ...(suffix === '_bucket' ? ['le'] : [])]),
      );
    }
  }
  // Made by Prometheus itself.
  return found.set('up', new Set(['job', 'instance']));
}

/** What is wrong with a query, by Prometheus' own grammar and our own metrics. */
function problemsOf(expr: string): string[] {
  // Grafana fills it in.
  const text = expr.replaceAll('$__rate_interval', '5m');
  const known = samples();
  const problems: string[] = [];
  const names: string[] = [];
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      const found = text.slice(from, to);
      if (type.isError) problems.push(`no PromQL at ${text.slice(Math.max(0, from - 10), to + 20)}`);
      if (type.name === 'Identifier') names.push(found);
      if (type.name === 'LabelName') labels.push(found);
    },
  });
  for (const name of names) if (!known.has(name)) problems.push(`there is no metric ${name}`);
  const allowed = new Set(names.flatMap((name) => [...(known.get(name) ?? [])]));
  for (const label of labels) if (!allowed.has(label)) problems.push(`no metric of it has a label ${label}`);
  if (names.length === 0) problems.push('it asks for nothing');
  return problems;
}

it('finds what is wrong with a query', () => {
  expect(problemsOf('sum(rate(rowferry_repairs_total[5m])) by (repair)')).toEqual([]);
  expect(problemsOf('sum(rate(rowferry_repairs[5m]))')).toEqual(['there is no metric rowferry_repairs']);
  expect(problemsOf('sum by (tenant) (rowferry_repairs_total)')).toEqual([
    'no metric of it has a label tenant',
  ]);
  expect(problemsOf('sum(rate(rowferry_repairs_total[5m])')).not.toEqual([]);
});

describe('deploy/prometheus/alerts.yml', async () => {
  const { groups } = parse(await read('deploy/prometheus/alerts.yml')) as {
    groups: { name: string; rules: Rule[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  const headings = (await read('docs/operations.md')).matchAll(/^## (.+)$/gm);
  const anchors = [...headings].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'));

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s asks for what there is', (_name, rule) => {
    expect(problemsOf(rule.expr)).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s says what to do', (_name, rule) => {
    expect(
      Object.keys(rule).filter((key) => !['alert', 'expr', 'for', 'labels', 'annotations'].includes(key)),
    ).toEqual([]);
    expect(rule.alert).toMatch(/^Rowferry[A-Z]\w+$/);
    expect(rule.for ?? '1m').toMatch(/^\d+[smh]$/);
    expect(rule.labels.severity).toMatch(/^(critical|warning)$/);
    expect(rule.annotations.summary).toMatch(/\.$/);
    expect(rule.annotations.action).toMatch(/\.$/);
    const [page, anchor] = rule.annotations.runbook.split('#');
    expect(page).toBe('docs/operations.md');
    expect(anchors).toContain(anchor);
  });

  it('names no alert twice', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

describe('deploy/prometheus/prometheus.yml', () => {
  it('scrapes the jobs that the rules name, where docker-compose.yml runs them', async () => {
    const { scrape_configs: jobs, rule_files: files } = parse(
      await read('deploy/prometheus/prometheus.yml'),
    ) as {
      scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
      rule_files: string[];
    };
    expect(files).toEqual(['alerts.yml']);
    const { services } = parse(await read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { environment: Record<string, unknown> }>;
    };
    for (const { job_name: job, dns_sd_configs: places } of jobs) {
      const [place] = places;
      const environment = services[place?.names[0] ?? '']?.environment;
      expect([environment?.['PORT'], environment?.['WORKER_HEALTH_PORT']], job).toContain(place?.port);
      expect(environment?.['HOST'], job).toBe('0.0.0.0');
    }
    const named = (await read('deploy/prometheus/alerts.yml')).matchAll(/job="([\w-]+)"/g);
    for (const [, job] of named) expect(jobs.map(({ job_name: name }) => name)).toContain(job);
  });
});

describe('deploy/grafana/rowferry.json', async () => {
  const dashboard = JSON.parse(await read('deploy/grafana/rowferry.json')) as {
    templating: { list: { name: string; type: string }[] };
    panels: Panel[];
  };
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it.each(panels.map((panel) => [panel.title, panel] as const))(
    '%s asks for what there is',
    (_title, panel) => {
      expect(panel.targets?.length).toBeGreaterThan(0);
      for (const { expr, datasource } of panel.targets ?? []) {
        expect({ expr, problems: problemsOf(expr) }).toEqual({ expr, problems: [] });
        expect(datasource.uid).toBe('${datasource}');
      }
    },
  );

  it('can be imported: a source to choose, ids that are there once, nothing upon another', () => {
    expect(dashboard.templating.list).toMatchObject([{ name: 'datasource', type: 'datasource' }]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
