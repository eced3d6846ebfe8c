import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { RowferryClient } from '../client/index.ts';
import type { Export } from '../client/index.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { ApiKeys } from '../db/api-keys.ts';
import { createPool } from '../db/pool.ts';
import { refuseToStartOn } from '../doctor/index.ts';
import { demoCredentials } from '../embedded/credentials.ts';
import type { DemoCredentials } from '../embedded/credentials.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logger.ts';
import { seedDiary } from '../seed/seed-diary.ts';
import { shutDown, shutdownRequested } from '../shutdown.ts';
import type { ShutdownPhase } from '../shutdown.ts';
import { startApi } from './api-process.ts';
import { examineAll, migrateAll, projectDatasets } from './context.ts';
import type { Context } from './context.ts';
import { openEndpoints } from './endpoints.ts';
import { formatBytes, formatCount } from './format-numbers.ts';
import { progressDisplay } from './progress-display.ts';
import { downloadAndCount, firstLines } from './read-back.ts';
import { traceIfAsked } from './trace-if-asked.ts';
import { WorkerChild } from './worker-child.ts';

/** Running exports get this long on Ctrl-C; the whole way down stays under five seconds. */
const GRACE_MS = 1000;
const WORKER_CLOSE_MS = GRACE_MS + 3000;
const ENDPOINTS_CLOSE_MS = 4000;
const FIRST_LINES = 6;

/** One big diary for the demo user, and others to keep apart from it. */
const DEMO_DIARIES = [
  { users: { from: 1, to: 1 }, entries: 200_000 },
  { users: { from: 2, to: 201 }, entries: 25 },
];

/**
 * `rowferry start`: everything on this machine. Seeds a diary, exports it over its own HTTP API as its user would, shows
 * what comes out, and keeps serving; with `once` it checks the downloaded file and stops.
 */
export async function start(options: { once: boolean }): Promise<void> {
  const config = loadConfig(process.env);
  if (config.NODE_ENV === 'production') {
    const message =
      '`start` brings demo data and demo keys. In production run `rowferry api` and `rowferry worker`.';
    throw new AppError('demo_in_production', message);
  }
  const stopped = new AbortController();
  const stopping = shutdownRequested().then((signal) => {
    stopped.abort(new AppError('interrupted', `Stopped by ${signal}.`));
  });
  const logFile = join(config.ROWFERRY_HOME, 'rowferry.log');
  const worker = new WorkerChild();
  const phases: ShutdownPhase[] = [
    { name: 'the worker', timeoutMs: WORKER_CLOSE_MS, run: () => worker.stop() },
  ];
  const warnings = { info: () => undefined, warn: (message: string) => say(styleText('yellow', message)) };
  try {
    say(styleText('bold', 'rowferry'), 'starting; the first start takes a few seconds longer');
    const endpoints = await openEndpoints(config, createLogger({ level: 'silent', name: 'rowferry' }), {
      signal: stopped.signal,
      share: false,
    });
    phases.push({
      name: 'the embedded servers',
      timeoutMs: ENDPOINTS_CLOSE_MS,
      run: () => endpoints.close(),
    });
    const logger = createLogger({ level: config.LOG_LEVEL, name: 'rowferry', to: { file: logFile } });
    const context = { config, logger, endpoints };
    const credentials = await prepare(context, stopped.signal);
    const datasets = await projectDatasets(config);
    stopped.signal.throwIfAborted();
    const tracing = await traceIfAsked('rowferry-api', config);
    const api = await startApi(config, endpoints, datasets, logger);
    phases.splice(1, 0, ...api.phases, ...tracing);
    const { databaseUrl, sources, queue, s3, signingKey } = endpoints;
    const addresses = {
      databaseUrl,
      sources,
      queue,
      s3,
      ...(signingKey === undefined ? {} : { signingKey }),
    };
    await worker.start({ addresses, logFile, graceMs: GRACE_MS }, logger);
    await demonstrate(api.url, credentials, options.once, stopped.signal);
    if (options.once) return;
    say();
    say(
      `Serving at ${styleText('cyan', api.url)} · keys in ${shown(config, 'credentials.json')} · log in ${shown(config, 'rowferry.log')}`,
    );
    say();
    say('In the browser, signed in:');
    say(`  as the demo user  ${styleText('cyan', signInLink(api.url, credentials.user.key))}`);
    say(`  as an admin       ${styleText('cyan', signInLink(api.url, credentials.admin.key))}`);
    say();
    say('Ctrl-C stops everything.');
    await stopping;
    say('\nStopping …');
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  } finally {
    await shutDown(phases, warnings);
  }
}

async function prepare(context: Context, signal: AbortSignal): Promise<DemoCredentials> {
  const { config, endpoints, logger } = context;
  await migrateAll(context).catch(async (error: unknown) => {
    // Most likely a part is wrong that the environment names; then say which, and how to mend it.
    refuseToStartOn(await examineAll(context));
    throw error;
  });
  refuseToStartOn(await examineAll(context));
  signal.throwIfAborted();
  await seedDiary(endpoints.sources.default, DEMO_DIARIES);
  const credentials = await demoCredentials(config.ROWFERRY_HOME);
  const pool = createPool({ connectionString: endpoints.databaseUrl, max: 1, logger });
  try {
    const keys = new ApiKeys(pool);
    await keys.ensure(credentials.user.key, { role: 'user', subject: credentials.user.subject, demo: true });
    await keys.ensure(credentials.admin.key, { role: 'admin', subject: 'admin', demo: true });
  } finally {
    await pool.end();
  }
  return credentials;
}

async function demonstrate(
  url: string,
  { user }: DemoCredentials,
  check: boolean,
  signal: AbortSignal,
): Promise<void> {
  const client = new RowferryClient({ url, key: user.key });
  const asked = await client.request({ dataset: 'diary' }, { signal });
  say();
  say(`The demo user asks for their diary: POST /v1/exports → ${asked.id}`);
  const display = progressDisplay(process.stderr);
  const done = await client
    .wait(asked.id, { signal, onChange: (state) => display.update(state) })
    .finally(() => display.stop());
  const { file } = done;
  if (file === null) throw new AppError('export_failed', 'The export completed without a file.');
  const link = await client.link(done.id, { signal });
  say();
  say(
    `${styleText('green', '✓')} ${file.name}: ${formatCount(file.rows)} rows, ${formatBytes(file.bytes)}, SHA-256 ${file.sha256}`,
  );
  say();
  say('It begins:');
  for (const line of await firstLines(link, FIRST_LINES)) say(`  ${line}`);
  say();
  say('Signed link, good for five minutes:');
  say(`  ${link}`);
  say();
  say('The same by hand, while it serves:');
  say(
    `  curl -L -H "Authorization: Bearer ${user.key}" -o ${file.name} ${url}/v1/exports/${done.id}/download`,
  );
  if (check) await verify(client, done.id, file, signal);
}

async function verify(
  client: RowferryClient,
  id: string,
  file: NonNullable<Export['file']>,
  signal: AbortSignal,
): Promise<void> {
  const found = await downloadAndCount(client, id, signal);
  const differences = (['rows', 'bytes', 'sha256'] as const).filter((key) => found[key] !== file[key]);
  if (differences.length > 0) {
    const list = differences.map((key) => `${key} ${found[key]} instead of ${file[key]}`).join(', ');
    throw new AppError(
      'verification_failed',
      `The downloaded file is not the one that was written: ${list}.`,
    );
  }
  say();
  say(
    `${styleText('green', '✓')} downloaded and checked: ${formatCount(found.rows)} rows read back, SHA-256 ${found.sha256}`,
  );
}

/** What stands behind the # never leaves the browser, which exchanges it for a session. */
function signInLink(url: string, key: string): string {
  return `${url}/#token=${key}`;
}

function shown(config: Config, file: string): string {
  return relative(process.cwd(), join(config.ROWFERRY_HOME, file));
}

function say(...parts: string[]): void {
  process.stdout.write(`${parts.join(' ')}\n`);
}
