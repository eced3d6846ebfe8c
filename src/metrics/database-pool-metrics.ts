import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** As a `pg.Pool` counts its connections. */
interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** Whether a process has connections enough. */
export class DatabasePoolMetrics {
  #pool: PoolCounts | undefined;

  constructor(registry: Registry) {
    const counts = () => this.#pool ?? { totalCount: 0, idleCount: 0, waitingCount: 0 };
    new Gauge({
      name: 'rowferry_database_pool_connections',
      help: 'Connections to DATABASE_URL that this process holds, busy or idle.',
      labelNames: ['state'],
      registers: [registry],
      collect() {
        const { totalCount, idleCount } = counts();
        this.set({ state: 'busy' }, totalCount - idleCount);
        this.set({ state: 'idle' }, idleCount);
      },
    });
    new Gauge({
      name: 'rowferry_database_pool_waiting_queries',
      help: 'Queries that wait for such a connection; above 0 for long: raise DATABASE_POOL_SIZE.',
      registers: [registry],
      collect() {
        this.set(counts().waitingCount);
      },
    });
  }

  watch(pool: PoolCounts): void {
    this.#pool = pool;
  }
}
