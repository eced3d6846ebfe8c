import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { chooseServices } from './choose-services.ts';
import type { Services } from './choose-services.ts';
import { compileProgram } from './compiled-program.ts';
import { deleteKeys, newRunPrefix } from './redis-prefix.ts';
import { createTemplate } from './template-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    services: Services;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'rowferry-test-'));
  // As root the embedded PostgreSQL runs as another user, who has to reach its data in here.
  await chmod(directory, 0o711);
  const [chosen] = await Promise.all([chooseServices(directory), compileProgram(join(directory, 'program'))]);
  for (const { name, lane } of chosen.lanes) process.stdout.write(`${name.padEnd(9)} ${lane}\n`);
  const missing = chosen.lanes.filter(({ missing }) => missing);
  if (process.env['CI'] && missing.length > 0) {
    await chosen.stop();
    throw new Error(
      `In CI no lane may be missing, but there is no ${missing.map(({ name }) => name).join(', ')}.`,
    );
  }
  const template = await createTemplate(chosen.postgresUrl);
  const redisPrefix = newRunPrefix();
  project.provide('services', {
    postgresUrl: chosen.postgresUrl,
    templateDatabase: template.name,
    redisUrl: chosen.redisUrl,
    redisPrefix,
    s3: chosen.s3,
  });
  return async () => {
    await template.drop();
    if (chosen.redisUrl !== undefined) await deleteKeys(chosen.redisUrl, redisPrefix);
    await chosen.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
