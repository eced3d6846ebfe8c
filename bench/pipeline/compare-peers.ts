import { randomBytes } from 'node:crypto';
import type { BenchContext, Measurement } from '../scenario.ts';
import { median } from '../service/percentiles.ts';
import type { BenchTable } from './database/bench-table.ts';
import { loadTable } from './database/load-table.ts';
import type { Peer } from './peers/peer.ts';
import type { BenchS3 } from './process/s3-server.ts';
import { runPass } from './run-pass.ts';
import type { Pass } from './run-pass.ts';

export interface Comparison {
  measurements: readonly Measurement[];
  remarks: readonly string[];
  /** How many times as fast one peer is as the other: the median of the rounds. Undefined when one did not run. */
  speedRatio(one: Peer, other: Peer): number | undefined;
  /** The same of the CPU seconds of client and PostgreSQL together. */
  cpuRatio(one: Peer, other: Peer): number | undefined;
}

export interface CompareOptions {
  context: BenchContext;
  table: BenchTable;
  /** Bytes of the table as a CSV file, for MB/s. */
  bytes: number;
  peers: readonly Peer[];
  /** Where the peers upload to. */
  s3?: BenchS3;
  /** Its speed is 1 in the column of this name. */
  reference: { peer: Peer; figure: string };
}

const WARM_UP_ROWS = 100_000;

/** Runs the peers by turns: whatever disturbs the machine for a while disturbs them all. */
export async function comparePeers(options: CompareOptions): Promise<Comparison> {
  const { context, table, bytes, s3, reference } = options;
  await loadTable(context, table);
  const remarks: string[] = [];
  const peers: Peer[] = [];
  for (const peer of options.peers) {
    const reason = await peer.missing?.(table.rows);
    if (reason === undefined) peers.push(peer);
    else remarks.push(`${peer.name}: left out, ${reason}.`);
  }
  const passes = new Map(peers.map((peer) => [peer, [] as Pass[]]));
  for (let round = 0; round < context.rounds; round++) {
    for (let turn = 0; turn < peers.length; turn++) {
      // Each round begins with another.
      const peer = peers[(turn + round) % peers.length];
      if (peer === undefined) continue;
      const pass = await measure(peer, { context, table, s3 });
      passes.get(peer)?.push(pass);
      context.note(`round ${round + 1} of ${context.rounds}, ${peer.name}: ${pass.seconds.toFixed(2)} s`);
    }
  }
  const ratio = (one: Peer, other: Peer, figure: (pass: Pass) => number) => {
    const others = passes.get(other);
    const ratios = passes.get(one)?.map((pass, round) => figure(pass) / figure(others?.[round] ?? pass));
    return others === undefined || ratios === undefined ? undefined : median(ratios);
  };
  const speedRatio = (one: Peer, other: Peer) => ratio(one, other, (pass) => 1 / pass.seconds);
  const cpuRatio = (one: Peer, other: Peer) =>
    ratio(one, other, (pass) => pass.clientCpuSeconds + pass.postgresCpuSeconds);
  const measurements = peers.map((peer) => {
    const middle = (figure: (pass: Pass) => number) => median((passes.get(peer) ?? []).map(figure));
    const compared = speedRatio(peer, reference.peer);
    return {
      name: peer.name,
      figures: {
        rowsPerSecond: middle((pass) => table.rows / pass.seconds),
        mbPerSecond: middle((pass) => bytes / 1e6 / pass.seconds),
        clientCpuSeconds: middle((pass) => pass.clientCpuSeconds),
        postgresCpuSeconds: middle((pass) => pass.postgresCpuSeconds),
        ...(s3 === undefined ? {} : { s3CpuSeconds: middle((pass) => pass.s3CpuSeconds) }),
        peakRssMiB: middle((pass) => pass.peakRssMiB),
        ...(compared === undefined ? {} : { [reference.figure]: compared }),
      },
    };
  });
  return { measurements, remarks, speedRatio, cpuRatio };
}

/** One pass; what it uploaded is looked at and removed. */
export async function measure(
  peer: Peer,
  { context, table, s3 }: { context: BenchContext; table: BenchTable; s3?: BenchS3 | undefined },
): Promise<Pass> {
  const key = `${randomBytes(6).toString('hex')}.csv`;
  const pass = await runPass(
    peer,
    {
      postgresUrl: context.postgresUrl,
      table,
      warmUpRows: Math.min(table.rows, WARM_UP_ROWS),
      key,
      s3Env: s3?.env ?? {},
    },
    { postmasterPid: context.postmasterPid, s3Pid: s3?.pid },
  );
  const { rows, bytes } = pass.report;
  if (rows !== undefined && rows !== table.rows)
    throw new Error(`${peer.name} wrote ${rows} of ${table.rows} rows`);
  if (s3 !== undefined) {
    const stored = await s3.store.head(key);
    if (stored === undefined || stored.bytes === 0) throw new Error(`${peer.name} stored no file`);
    if (bytes !== undefined && bytes !== stored.bytes)
      throw new Error(`${peer.name} wrote ${bytes} bytes and stored ${stored.bytes}`);
    for (const written of [key, `${key}-warm-up`]) await s3.store.delete(written);
  }
  return pass;
}

/** Only what was measured: a peer that did not run leaves no figure. */
export function known(ratios: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ratios).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
