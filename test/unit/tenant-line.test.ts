import { expect, it } from 'vitest';
import { TenantLine } from '../../src/db/tenant-line.ts';

/** Work that ends when it is told to. */
function work() {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { run: () => done, end: () => end() };
}

it('lets one of a tenant work at a time, in order, and tenants beside each other', async () => {
  const line = new TenantLine({ maxLength: 10, patienceMs: 5000 });
  const seen: string[] = [];
  const first = work();
  const running = [
    line.run('a', async () => {
      seen.push('a1');
      await first.run();
      seen.push('a1 done');
    }),
    line.run('a', () => Promise.resolve(seen.push('a2'))),
    line.run('a', () => Promise.resolve(seen.push('a3'))),
  ];
  await line.run('b', () => Promise.resolve(seen.push('b1')));
  expect(seen).toEqual(['a1', 'b1']);
  first.end();
  await Promise.all(running);
  expect(seen).toEqual(['a1', 'b1', 'a1 done', 'a2', 'a3']);
});

it('goes on after work that failed', async () => {
  const line = new TenantLine({ maxLength: 10, patienceMs: 5000 });
  const failed = line.run('a', () => Promise.reject(new Error('no')));
  const next = line.run('a', () => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('refuses who comes when the line is full, and takes them when it is not any more', async () => {
  const line = new TenantLine({ maxLength: 2, patienceMs: 5000 });
  const first = work();
  const running = [line.run('a', first.run), line.run('a', () => Promise.resolve())];
  await expect(line.run('a', () => Promise.resolve())).rejects.toMatchObject({ code: 'too_many_at_once' });
  first.end();
  await Promise.all(running);
  expect(await line.run('a', () => Promise.resolve('in'))).toBe('in');
});

it('tells who waited too long in a line that moves that they are too many', async () => {
  const line = new TenantLine({ maxLength: 10, patienceMs: 100 });
  const [first, second] = [work(), work()];
  const running = [line.run('a', first.run), line.run('a', second.run)];
  const last = line.run('a', () => Promise.resolve());
  first.end();
  await expect(last).rejects.toMatchObject({ code: 'too_many_at_once' });
  second.end();
  await Promise.all(running);
});

it('takes no failure for progress', async () => {
  const line = new TenantLine({ maxLength: 10, patienceMs: 100 });
  const [first, second] = [work(), work()];
  const failed = line.run('a', () => first.run().then(() => Promise.reject(new Error('no'))));
  const running = line.run('a', second.run);
  const last = line.run('a', () => Promise.resolve());
  first.end();
  await expect(failed).rejects.toThrow('no');
  await expect(last).rejects.toMatchObject({ code: 'tenant_busy' });
  second.end();
  await running;
});

it('sends away who waited too long, and keeps those behind waiting for those before', async () => {
  const line = new TenantLine({ maxLength: 10, patienceMs: 50 });
  const first = work();
  const seen: string[] = [];
  const running = line.run('a', async () => {
    await first.run();
    seen.push('first done');
  });
  await expect(line.run('a', () => Promise.resolve())).rejects.toMatchObject({
    code: 'tenant_busy',
    retryable: true,
  });
  const behind = line.run('a', () => Promise.resolve(seen.push('behind')));
  first.end();
  await Promise.all([running, behind]);
  expect(seen).toEqual(['first done', 'behind']);
});
