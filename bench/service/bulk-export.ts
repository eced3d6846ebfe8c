import type { HttpClient } from './http-client.ts';

interface BulkExport {
  id: string;
  status: string;
  counts: { total: number; completed: number };
}

const LOOK_MS = 250;

/**
 * A bulk export of the diaries of the users 1 to `people`, from the request to the manifest.
 *
 * @param onLook called every now and then with how many are completed
 * @throws Error when it does not complete for each of them
 */
export async function runBulkExport(
  client: HttpClient,
  people: number,
  onLook: (completed: number) => Promise<void> = () => Promise.resolve(),
): Promise<{ id: string; seconds: number }> {
  const startedAt = performance.now();
  const subjects = Array.from({ length: people }, (_, index) => String(index + 1));
  const { status, body } = await client.send('POST', '/v1/bulk-exports', { dataset: 'diary', subjects });
  if (status !== 202) throw new Error(`POST /v1/bulk-exports: ${status} ${body}`);
  const { id } = JSON.parse(body) as BulkExport;
  for (;;) {
    const answer = await client.send('GET', `/v1/bulk-exports/${id}`);
    // A busy machine may answer too late for once, and says so.
    const look = answer.status === 503 ? undefined : (JSON.parse(answer.body) as BulkExport);
    if (look !== undefined) await onLook(look.counts.completed);
    if (look?.status === 'completed') {
      if (look.counts.completed !== people)
        throw new Error(`${look.counts.completed} of ${people} completed`);
      return { id, seconds: (performance.now() - startedAt) / 1000 };
    }
    if (look !== undefined && look.status !== 'running') throw new Error(`the bulk export is ${look.status}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
