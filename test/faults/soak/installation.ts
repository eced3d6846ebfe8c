import { lastingPort } from '../../support/free-port.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import type { FaultClient } from '../lab/client.ts';
import type { Lab } from '../lab/lab.ts';
import type { PostgresServer } from '../lab/postgres-server.ts';
import { keepLogs, startService } from '../lab/service.ts';
import type { Service } from '../lab/service.ts';
import type { Backend, Site } from '../lab/site.ts';
import { OwnServers } from '../suite/own-servers.ts';

/**
 * What is kept busy: an API and a worker that live through everything, whose memory can be looked at, and an API and a
 * worker that are killed; on a PostgreSQL and a Redis that are killed too.
 */
export interface SoakInstallation {
  site: Site;
  postgres: PostgresServer;
  redis: RedisServer | undefined;
  /** Of the API that stays and of the one that does not. */
  clients: readonly [FaultClient, FaultClient];
  stayers: readonly [Service, Service];
  /** The worker that is killed next. */
  worker: Service;
  startWorker(): Promise<Service>;
  keepLogs(folder: string): Promise<void>;
  close(): Promise<void>;
}

export async function openInstallation(lab: Lab, backend: Backend): Promise<SoakInstallation> {
  const own = new OwnServers(lab);
  try {
    const postgres = await own.postgres();
    const redis = backend === 'redis' ? await own.redis({ appendOnly: true }) : undefined;
    const site = await lab.openSite({
      backend,
      postgres,
      ...(redis === undefined ? {} : { redisUrl: redis.url }),
    });
    own.defer(() => site.close());
    const services: Service[] = [];
    const keep = (service: Service) => {
      own.defer(() => service.end());
      services.push(service);
      return service;
    };
    const startWorker = async () =>
      keep(await startService('worker', site.env, /the worker is taking exports/));
    const port = String(await lastingPort());
    const api = keep(await startService('api', { ...site.env, PORT: port }, /the API is listening/));
    return {
      site,
      postgres,
      redis,
      clients: [site.clientAt(`http://127.0.0.1:${port}`), site.client],
      stayers: [api, await startWorker()],
      worker: await startWorker(),
      startWorker,
      keepLogs: (folder) => keepLogs(folder, [site.api, ...services]),
      close: () => own.close(),
    };
  } catch (error) {
    await own.close();
    throw error;
  }
}
