import type { RedisServer } from '../../support/redis-server.ts';
import type { TcpProxy } from '../../support/tcp-proxy.ts';
import type { PostgresServer } from '../lab/postgres-server.ts';
import type { SiteOptions } from '../lab/site.ts';

/** Servers and settings that a case wants for its installation instead of those that everybody shares. */
export interface SiteChoice extends Partial<
  Pick<SiteOptions, 'redisUrl' | 'storage' | 'settings' | 'apiSettings'>
> {
  redis?: RedisServer;
  postgres?: PostgresServer;
  /** The way to whatever is to be cut off. */
  line?: TcpProxy;
}
