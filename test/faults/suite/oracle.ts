import { messageOf } from '../../../src/errors.ts';
import { publicationsOf } from '../lab/publications.ts';
import type { Site } from '../lab/site.ts';
import type { AskedExport, Expected } from './expected.ts';
import { cleanVerdict } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { until } from './until.ts';

interface Row {
  id: string;
  status: string;
  code: string | null;
  objectKey: string | null;
}

/** Time the janitor has to tidy up once everything has ended: several of its passes. */
const TIDY_SECONDS = 20;
/** Time a message has to arrive whose worker died while it told it: its lease, and the janitor's next pass. */
const HEARD_SECONDS = 75;
const OPEN = ['queued', 'running'];

/**
 * Judges the exports of one run. It waits until all have ended, at most `endWithinSeconds`, and looks only at what a
 * client and an operator can see: the file by the download link, the row, the books of the database, the storage.
 */
export async function judge(
  site: Site,
  asked: readonly AskedExport[],
  endWithinSeconds: number,
): Promise<{ verdict: Verdict; endedAt: number }> {
  const verdict = cleanVerdict();
  const rows = await ends(site, asked, endWithinSeconds).catch((error: unknown) => {
    verdict.problems.push(messageOf(error));
    return readRows(site, asked);
  });
  const endedAt = performance.now();
  for (const { id, expected } of asked) {
    await judgeOne(
      site,
      expected,
      rows.find((row) => row.id === id),
      verdict,
    );
  }
  for (const { id } of asked) await countPublications(site, id, verdict);
  await judgeStorage(site, rows, verdict);
  const heard = new Set(asked.flatMap((one) => (one.heard ? [one.id] : [])));
  await judgeMessages(
    site,
    rows.filter(({ id }) => heard.has(id)),
    verdict,
  );
  return { verdict, endedAt };
}

function ends(site: Site, asked: readonly AskedExport[], seconds: number): Promise<Row[]> {
  return until(
    `all ${asked.length} exports end`,
    async () => {
      const rows = await readRows(site, asked);
      return rows.length === asked.length && rows.every(({ status }) => !OPEN.includes(status)) && rows;
    },
    seconds,
  );
}

async function readRows({ pool }: Site, asked: readonly AskedExport[]): Promise<Row[]> {
  const { rows } = await pool.query<Row>(
    `select id::text, status, error_code as code, object_key as "objectKey"
       from rowferry.exports where id = any ($1::uuid[])`,
    [asked.map(({ id }) => id)],
  );
  return rows;
}

async function judgeOne(
  site: Site,
  expected: Expected,
  row: Row | undefined,
  verdict: Verdict,
): Promise<void> {
  if (row === undefined || OPEN.includes(row.status)) {
    verdict.lost++;
    verdict.problems.push(`an accepted export is ${row?.status ?? 'gone'}`);
    return;
  }
  const { status, code } = row;
  const ended = code === null ? status : `${status} (${code})`;
  if (expected.status === 'completed') {
    if (status === 'completed') {
      const fault = await fileFault(site, row.id, expected.file);
      if (fault === undefined) return;
      verdict.corrupt++;
      verdict.problems.push(`${row.id}: ${fault}`);
    } else if (code === null || expected.orFailed?.includes(code) !== true) {
      verdict.lost++;
      verdict.problems.push(`${row.id}: it is ${ended}, and should have completed`);
    }
  } else if (status !== expected.status) {
    if (status === 'completed') verdict.corrupt++;
    verdict.problems.push(`${row.id}: it is ${ended}, and should be ${expected.status}`);
  } else if (expected.status === 'failed' && !expected.codes.includes(code ?? '')) {
    verdict.problems.push(
      `${row.id}: it is ${ended}, and should have failed with ${expected.codes.join(' or ')}`,
    );
  }
}

/** What is wrong with the file behind the link, if anything is. */
async function fileFault(
  site: Site,
  id: string,
  file: Extract<Expected, { status: 'completed' }>['file'],
): Promise<string | undefined> {
  try {
    if (typeof file === 'function') {
      const pieces: Uint8Array[] = [];
      await site.client.download(id, (piece) => pieces.push(piece));
      return file(Buffer.concat(pieces).toString());
    }
    const found = await site.client.download(id);
    if (found.sha256 === file.sha256) return undefined;
    return `the file has ${found.bytes} bytes and SHA-256 ${found.sha256}, and should have ${file.bytes} and ${file.sha256}`;
  } catch (error) {
    return `the file cannot be downloaded: ${messageOf(error)}`;
  }
}

async function countPublications(site: Site, id: string, verdict: Verdict): Promise<void> {
  const publications = await publicationsOf(site.pool, [id]);
  if (publications.length < 2) return;
  verdict.duplicated += publications.length - 1;
  const attempts = publications.map(({ attempt }) => attempt).join(', ');
  verdict.problems.push(`${id}: published ${publications.length} times, by the attempts ${attempts}`);
}

/** Who asked to hear of the end hears of it under one id, however often: that is how a receiver tells repetitions. */
async function judgeMessages({ hooks }: Site, rows: readonly Row[], verdict: Verdict): Promise<void> {
  const ended = rows.filter(({ status }) => status === 'completed' || status === 'failed');
  const unheard = () => ended.filter(({ id }) => hooks.idsOf(id).length === 0);
  const look = () => Promise.resolve(unheard().length === 0);
  await until('all ends are heard of', look, HEARD_SECONDS).catch(() => undefined);
  for (const { id } of unheard()) verdict.problems.push(`${id}: nobody was told of its end`);
  for (const { id } of ended) {
    const ids = hooks.idsOf(id);
    if (ids.length < 2) continue;
    verdict.duplicated += ids.length - 1;
    verdict.problems.push(`${id}: its end was told under ${ids.length} ids: ${ids.join(', ')}`);
  }
}

/** Nothing may be left but the one file of each completed export. */
async function judgeStorage(site: Site, rows: readonly Row[], verdict: Verdict): Promise<void> {
  const published = new Set(rows.map(({ objectKey }) => objectKey));
  const foldersOfCompleted = rows
    .filter(({ status }) => status === 'completed')
    .map(({ id }) => `${site.keyPrefix}${id}/`);
  const look = async () => ({
    objects: (await site.storage.objects(site.keyPrefix)).filter(
      (key) => !published.has(key) && isOf(rows, key),
    ),
    uploads: (await site.storage.uploads(site.keyPrefix)).filter((key) => isOf(rows, key)),
  });
  await until(
    'the storage is tidy',
    async () => {
      const { objects, uploads } = await look();
      return objects.length + uploads.length === 0;
    },
    TIDY_SECONDS,
  ).catch(() => undefined);
  const { objects, uploads } = await look();
  const seconds = objects.filter((key) => foldersOfCompleted.some((folder) => key.startsWith(folder)));
  verdict.duplicated += seconds.length;
  verdict.orphans += objects.length - seconds.length + uploads.length;
  if (objects.length > 0) verdict.problems.push(`files are left: ${objects.join(', ')}`);
  if (uploads.length > 0) verdict.problems.push(`unfinished uploads are left: ${uploads.join(', ')}`);
}

function isOf(rows: readonly Row[], key: string): boolean {
  return rows.some(({ id }) => key.includes(`/${id}/`));
}
