import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { dataset } from '../../datasets/diary.ts';
import { exportLimits } from '../../src/cli/export-limits.ts';
import { loadConfig } from '../../src/config.ts';
import { runExport } from '../../src/export/run-export.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { diaryTable } from '../pipeline/database/tables.ts';
import type { ImportTask } from '../pipeline/peers/import-child.ts';
import type { Peer } from '../pipeline/peers/peer.ts';
import { psqlCopy } from '../pipeline/peers/psql.ts';
import { compiledTree } from '../pipeline/process/compiled-tree.ts';
import { runPass } from '../pipeline/run-pass.ts';
import type { Pass } from '../pipeline/run-pass.ts';
import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { createDatabase } from '../service/database.ts';
import { median } from '../service/percentiles.ts';

/** Somebody without a diary, again and again. */
const FIRST_USER = 1000;

/** A diary back into the tables, beside what psql needs to read the same file into one table without looking at it. */
export const importDiary: Scenario = {
  name: 'import',
  title: 'A diary as CSV into the tables',
  run: async (context) => {
    const database = await createDatabase(context.postgresUrl);
    const folder = await mkdtemp(join(tmpdir(), 'rowferry-import-'));
    try {
      const path = join(folder, 'diary.csv');
      await seedDiary(database.url, [{ users: { from: 1, to: 1 }, entries: context.rows }]);
      await exportTo(database.url, path);
      return await measureAll(context, database.url, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await database.drop();
    }
  },
};

async function exportTo(connectionString: string, path: string): Promise<void> {
  await runExport({
    dataset,
    asker: { tenant: 'default', subject: '1', role: 'user' },
    formats: ['csv'],
    params: { userId: '1' },
    source: { connectionString, applicationName: 'rowferry-bench' },
    limits: exportLimits(loadConfig({})),
    store: (body) => pipeline(body, createWriteStream(path)),
    signal: new AbortController().signal,
  });
}

async function measureAll(context: BenchContext, databaseUrl: string, path: string) {
  const { rounds, rows } = context;
  const bytes = (await stat(path)).size;
  const remarks: string[] = [];
  const missing = await psqlCopy.missing?.(rows);
  if (missing !== undefined) remarks.push(`psql \\copy: left out, ${missing}.`);
  const passes = new Map<string, Pass[]>();
  for (let round = 0; round < rounds; round++) {
    const userId = String(FIRST_USER + round);
    await addUser(databaseUrl, userId);
    const peers = [
      ...(missing === undefined ? [psqlCopyIn(databaseUrl, path)] : []),
      importPeer('rowferry import --dry-run', { databaseUrl, path, userId, dryRun: true }),
      importPeer('rowferry import', { databaseUrl, path, userId, dryRun: false }),
      importPeer('rowferry import, once more', { databaseUrl, path, userId, dryRun: false }),
    ];
    for (const peer of peers) {
      const task = { postgresUrl: databaseUrl, table: diaryTable(rows), warmUpRows: 0, key: '', s3Env: {} };
      const watched = { postmasterPid: context.postmasterPid, s3Pid: undefined };
      const pass = await runPass(peer, task, watched);
      passes.set(peer.name, [...(passes.get(peer.name) ?? []), pass]);
      context.note(`round ${round + 1} of ${rounds}, ${peer.name}: ${pass.seconds.toFixed(2)} s`);
    }
  }
  const reference = passes.get(PSQL);
  const measurements = [...passes].map(([name, of]): Measurement => {
    const middle = (figure: (pass: Pass) => number) => median(of.map(figure));
    const ratio =
      reference && median(of.map((pass, round) => (reference[round] ?? pass).seconds / pass.seconds));
    return {
      name,
      figures: {
        rowsPerSecond: middle(({ seconds }) => rows / seconds),
        mbPerSecond: middle(({ seconds }) => bytes / 1e6 / seconds),
        rowsPerCpuSecond: middle((pass) => rows / (pass.clientCpuSeconds + pass.postgresCpuSeconds)),
        clientCpuSeconds: middle((pass) => pass.clientCpuSeconds),
        postgresCpuSeconds: middle((pass) => pass.postgresCpuSeconds),
        peakRssMiB: middle((pass) => pass.peakRssMiB),
        ...(ratio === undefined ? {} : { timesPsqlCopy: ratio }),
      },
    };
  });
  return { measurements, ratios: {}, remarks };
}

function importPeer(name: string, task: ImportTask): Peer {
  return {
    name,
    command: async () => ({
      program: process.execPath,
      args: [join(await compiledTree(), 'bench/pipeline/peers/import-child.js')],
      env: {},
      warmUp: `${JSON.stringify(task)}\n`,
      go: 'go\n',
    }),
  };
}

const PSQL = 'psql \\copy into one table';

/** The least that reading such a file costs: no check, no duplicates, no films, and the table is gone at the end. */
function psqlCopyIn(databaseUrl: string, path: string): Peer {
  return {
    name: PSQL,
    command: async (task) => ({
      ...(await psqlCopy.command({ ...task, postgresUrl: databaseUrl })),
      warmUp:
        'create temporary table diary (title text, year bigint, director text, rating numeric, comment text, ' +
        'watched_at date, external_metadata_id text);\n\\echo ready\n',
      go: `\\copy diary from '${path}' with (format csv, header)\n\\echo done {}\n`,
    }),
  };
}

async function addUser(connectionString: string, id: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query("insert into users (id, name) values ($1, 'Somebody')", [id]);
  } finally {
    await client.end();
  }
}
