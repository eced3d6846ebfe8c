// `npm run docs`: writes what the documentation says about settings, datasets and the API, and the types of the client,
// from the code that defines them.
// With --check it writes nothing, and fails when a file differs.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { settingGroups, settings } from '../src/settings/index.ts';
import type { BundleFile, Dataset, DatasetColumn } from '../src/export/dataset.ts';
import { isFilter } from '../src/export/importer.ts';
import { loadDatasets } from '../src/export/load-datasets.ts';
import { formatsPage } from './formats-page.ts';
import { generateContract } from './generate-contract.ts';
import { metricsPage } from './metrics-page.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Setting {
  name: string;
  description: string;
  /** As it would be written in the environment; undefined when it is not set. */
  byDefault: string | undefined;
  rule: string;
}

/** Every generated text by its path from the root. Those with a part between markers need the file to be there. */
export async function generateDocs(directory = root): Promise<Map<string, string>> {
  const all = listSettings();
  const datasets = [...(await loadDatasets(join(root, 'datasets'))).values()];
  const page = await readFile(join(directory, 'docs/datasets.md'), 'utf8');
  const files = new Map([
    ['docs/configuration.md', configurationPage(all)],
    ['docs/metrics.md', metricsPage()],
    ['docs/formats.md', formatsPage()],
    ['docs/datasets.md', replacePart(page, datasetList(datasets))],
    ...(await generateContract()),
  ]);
  for (const [path, text] of files) files.set(path, await pretty(path, text));
  return files.set('.env.example', envExample(all));
}

/** Paths of the files that are not what would be generated. */
export async function staleDocs(directory = root): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of await generateDocs(directory)) {
    const found = await readFile(join(directory, path), 'utf8').catch(() => undefined);
    if (found !== text) stale.push(path);
  }
  return stale;
}

function listSettings(): Setting[] {
  const defaults: Record<string, unknown> = settings.parse({});
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return Object.entries(settings.shape).map(([name, schema]) => {
    const json = properties[name] as z.core.JSONSchema.JSONSchema;
    return {
      name,
      description: schema.description ?? '',
      byDefault: defaultOf(defaults[name], json.default),
      rule: ruleOf(schema, json, name.endsWith('_BYTES')),
    };
  });
}

/** As it would be written. Lists are read from text; an empty one is none, since an empty variable counts as not set. */
function defaultOf(parsed: unknown, written: unknown): string | undefined {
  const value = Array.isArray(parsed) ? written : parsed;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What is allowed, in words. */
function ruleOf(schema: z.ZodType, json: z.core.JSONSchema.JSONSchema, isBytes: boolean): string {
  if (json.enum !== undefined) return json.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (json.type === 'integer') {
    const { minimum = 0, maximum = Infinity } = json;
    const show = (value: number) => (isBytes ? `${value}${inWords(value)}` : String(value));
    return maximum >= Number.MAX_SAFE_INTEGER
      ? `whole number, at least ${show(minimum)}`
      : `whole number, ${show(minimum)} to ${show(maximum)}`;
  }
  if (json.format === 'uri') {
    const protocols = ['http', 'https', 'postgres', 'postgresql', 'redis', 'rediss', 'smtp', 'smtps'];
    const taken = protocols.filter((protocol) => schema.safeParse(`${protocol}://host/name`).success);
    return `URL with ${taken.map((protocol) => `\`${protocol}://\``).join(' or ')}`;
  }
  // The message that a wrong value gets is the rule in words.
  if (json.pattern !== undefined) return schema.safeParse('\n').error?.issues[0]?.message ?? 'text';
  if (json.maxLength !== undefined) return `${json.minLength ?? 0} to ${json.maxLength} characters`;
  return 'text';
}

/** ` (64 GiB)` where that is exact and says more than the digits. */
function inWords(bytes: number): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  const power = units.findLastIndex((_, index) => bytes % 1024 ** (index + 1) === 0);
  return power < 0 || bytes === 0 ? '' : ` (${bytes / 1024 ** (power + 1)} ${units[power] ?? ''})`;
}

function configurationPage(all: readonly Setting[]): string {
  const row = ({ name, byDefault, rule, description }: Setting) => {
    const words = name.endsWith('_BYTES') ? inWords(Number(byDefault)) : '';
    const shown = byDefault === undefined ? 'not set' : `\`${byDefault}\`${words}`;
    return `| \`${name}\` | ${cell(shown)} | ${cell(rule)} | ${cell(description)} |`;
  };
  const sections = inGroups(all).map(({ heading, text, members }) => [
    `## ${heading}`,
    ...(text === undefined ? [] : [text]),
    ['| Name | Default | Allowed | What it is |', '| --- | --- | --- | --- |', ...members.map(row)].join(
      '\n',
    ),
  ]);
  return [
    '# Configuration',
    '<!-- Generated from src/settings by `npm run docs`. Do not edit. -->',
    'rowferry reads its settings from environment variables, once, when it starts. Without any, `npm start` runs ' +
      'everything on this machine. An empty variable counts as not set. All problems are reported together, and ' +
      'nothing starts until they are mended.',
    'rowferry does not read a `.env` file by itself, but Node.js can: copy `.env.example` to `.env`, change what you ' +
      'need, and run `node --env-file=.env bin/rowferry.mjs start` (or `api`, `worker` …).',
    ...sections.flat(),
    '## What does not go together',
    '- `S3_PUBLIC_ENDPOINT` needs `S3_ENDPOINT`.\n' +
      '- `JANITOR_ORPHAN_AGE_SECONDS` must be longer than `EXPORT_DEADLINE_SECONDS`, or uploads that still run would ' +
      'be removed.\n' +
      '- `DATABASE_URL`, `SOURCE_DATABASE_URL` and `SOURCE_<NAME>_DATABASE_URL` must not carry `query_timeout`, which cuts a slow export short and ' +
      'lets it pass for complete.\n' +
      '- `SMTP_URL` needs `MAIL_FROM` and `PUBLIC_URL`.\n' +
      '- `AUTH_JWT_SECRET` and `AUTH_JWKS_URL` exclude each other; either needs `AUTH_JWT_ISSUER` and ' +
      '`AUTH_JWT_AUDIENCE`.\n' +
      '- `NODE_ENV=production` does not start without keys or tokens, with demo keys, with an `AUTH_JWT_SECRET`, ' +
      '`WEBHOOK_SECRET_KEY` (the first) or `METRICS_TOKEN` that looks like an example, with an `AUTH_JWKS_URL` without TLS, or with the passwords of `deploy/compose.env`.\n' +
      '- `NODE_ENV=production` needs `DATABASE_URL` and `S3_BUCKET` (or `S3_ENDPOINT`): the embedded servers do not ' +
      'run there.',
  ].join('\n\n');
}

function envExample(all: readonly Setting[]): string {
  const lines = inGroups(all).flatMap(({ heading, members }) => [
    `# ---- ${heading}`,
    '',
    ...members.flatMap(({ name, description, byDefault, rule }) => [
      `# ${description.replaceAll('`', '')} (${rule.replaceAll('`', '')})`,
      `# ${name}=${byDefault ?? ''}`,
      '',
    ]),
    ...(heading === 'Storage' ? ['# AWS_ACCESS_KEY_ID=', '# AWS_SECRET_ACCESS_KEY=', ''] : []),
  ]);
  return [
    '# Generated from src/settings by `npm run docs`. Every setting with its default; docs/configuration.md says more.',
    '# Copy it to .env, take the # away where you change something, and run: node --env-file=.env bin/rowferry.mjs start',
    '',
    ...lines,
  ].join('\n');
}

function inGroups(all: readonly Setting[]) {
  const byName = new Map(all.map((setting) => [setting.name, setting]));
  return settingGroups.map((group) => ({
    heading: group.heading,
    text: 'text' in group ? group.text : undefined,
    members: Object.keys(group.settings).flatMap((name) => byName.get(name) ?? []),
  }));
}

function datasetList(datasets: readonly Dataset[]): string {
  const parts = datasets.flatMap((dataset) => [
    `### \`${dataset.name}\`: ${dataset.title}`,
    dataset.description,
    [
      `- Roles: ${dataset.roles.join(', ')}`,
      `- Formats: ${dataset.formats.join(', ')}`,
      ...Object.entries(dataset.params.shape).map(([name, schema]) => {
        const param = schema as z.ZodType;
        const { description = 'no description' } = param;
        const filledIn = name === dataset.subjectParam ? ' Filled in for users.' : '';
        return `- ${isFilter(param) ? 'Filter' : 'Parameter'} \`${name}\`: ${description}${filledIn}`;
      }),
      ...(dataset.sort === undefined ? [] : [sortLine(dataset.sort)]),
    ].join('\n'),
    contentOf(dataset),
  ]);
  return parts.join('\n\n');
}

function sortLine({ by, default: first }: NonNullable<Dataset['sort']>): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  return `- Sorted by ${code(Object.keys(by))}; ${code(first)} where nobody says`;
}

function contentOf({ columns, files }: Dataset): string {
  if (files !== undefined) {
    const row = ({ name, dataset, description }: BundleFile) =>
      `| \`${name}\` | [\`${dataset.name}\`](#${anchorOf(dataset)}) | ${cell(description)} |`;
    return ['| File | Dataset | What it is |', '| --- | --- | --- |', ...files.map(row)].join('\n');
  }
  const row = (column: DatasetColumn) =>
    `| \`${column.name}\` | ${column.type} | ${cell(column.description)}${rightsOf(column)} |`;
  return ['| Column | Type | What it is |', '| --- | --- | --- |', ...columns.map(row)].join('\n');
}

/** Of its heading: what is no letter, digit or dash is left out, and blanks become dashes. */
function anchorOf({ name, title }: Dataset): string {
  return `${name}-${title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')}`;
}

function rightsOf({ needs, mask }: DatasetColumn): string {
  if (needs === undefined) return '';
  return ` For the role ${needs} only${mask === undefined ? '' : '; masked for others'}.`;
}

function replacePart(page: string, part: string): string {
  const marked = /(<!-- generated: datasets .*?-->)[^]*(<!-- end of generated -->)/;
  if (!marked.test(page))
    throw new Error('docs/datasets.md has lost its markers `<!-- generated: datasets … -->`.');
  return page.replace(marked, (_, begin: string, end: string) => `${begin}\n\n${part}\n\n${end}`);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

async function pretty(path: string, text: string): Promise<string> {
  const filepath = join(root, path);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

async function main(checkOnly: boolean): Promise<void> {
  if (checkOnly) {
    const stale = await staleDocs();
    if (stale.length === 0) return;
    process.stderr.write(`Not what the code says: ${stale.join(', ')}. Run: npm run docs\n`);
    process.exitCode = 1;
    return;
  }
  for (const [path, text] of await generateDocs()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

if (process.argv[1] === import.meta.filename) await main(process.argv.includes('--check'));
