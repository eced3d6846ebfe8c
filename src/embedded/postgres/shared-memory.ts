import { statfs } from 'node:fs/promises';

const ENOUGH_BYTES = 256 * 1024 ** 2;

/**
 * Settings for parallel queries where /dev/shm is small (64 MB in a Docker container): they would fail there with "could
 * not resize shared memory segment", and System V shared memory has no such limit. Chosen at each start, for the same
 * data may be served from another container next time.
 */
export async function sharedMemorySettings(path = '/dev/shm'): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const size = await statfs(path).then(
    ({ blocks, bsize }) => blocks * bsize,
    () => 0,
  );
  return size >= ENOUGH_BYTES ? [] : ['dynamic_shared_memory_type=sysv'];
}
