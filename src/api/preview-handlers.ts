import type { AuditLog } from '../db/audit-log.ts';
import type { PastExports } from '../db/past-speed.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Preview, PreviewRequest } from '../export/preview-export.ts';
import { checkAsked } from './asked-export.ts';
import { columnNames } from './column-names.ts';
import type { previewOperations } from './contract/preview.ts';
import type { Handlers } from './operations-router.ts';

type Asked = Pick<
  PreviewRequest,
  'dataset' | 'asker' | 'format' | 'options' | 'params' | 'pastSpeed' | 'signal'
>;

export interface PreviewOptions {
  datasets: DatasetRegistry;
  auditLog: AuditLog;
  previews: {
    /** Each holds a connection to the source database. */
    maxAtOnce: number;
    make(asked: Asked): Promise<Preview>;
    /** Bytes a second that such exports came to of late; undefined where none is known. */
    pastSpeed(kind: PastExports): Promise<number | undefined>;
  };
}

export function previewHandlers({
  datasets,
  previews,
  auditLog,
}: PreviewOptions): Handlers<typeof previewOperations> {
  const places = new Places(previews.maxAtOnce);
  return {
    async previewExport({ body, identity, by, signal }) {
      const { dataset, role, format, params, options } = checkAsked(datasets, body, identity);
      const leave = places.take(identity.tenant);
      try {
        const kind = { tenant: identity.tenant, dataset: dataset.name, format };
        // Only an estimate: a preview is shown without it too.
        const pastSpeed = await previews.pastSpeed(kind).catch(() => undefined);
        const asker = { tenant: identity.tenant, subject: identity.subject, role };
        const preview = await previews.make({ dataset, asker, format, options, params, pastSpeed, signal });
        // It shows rows: whoever sees some of them has to be found in the log.
        await auditLog.write({
          tenant: identity.tenant,
          by,
          act: 'export.previewed',
          object: { kind: 'dataset', id: dataset.name },
          details: { format, role, params, rows: preview.rows },
        });
        const { columns, masked } = columnNames(preview.columns);
        const asked = { dataset: dataset.name, format, params, options };
        return { status: 200, body: { ...asked, ...preview, columns, masked } };
      } finally {
        leave();
      }
    },
  };
}

/** Who makes previews just now. Nobody queues: a connection of the source database is not worth waiting for. */
class Places {
  readonly #all: number;
  readonly #tenants: string[] = [];

  constructor(all: number) {
    this.#all = all;
  }

  /** Returns what gives the place back. @throws AppError `too_many_at_once`, `unavailable` */
  take(tenant: string): () => void {
    const own = this.#tenants.filter((taken) => taken === tenant).length;
    if (own >= Math.ceil(this.#all / 2)) {
      throw new AppError('too_many_at_once', 'Your other previews are still being made. Wait for them.');
    }
    if (this.#tenants.length >= this.#all) {
      throw new AppError('unavailable', 'Too many previews are being made. Try again in a moment.');
    }
    this.#tenants.push(tenant);
    return () => {
      this.#tenants.splice(this.#tenants.indexOf(tenant), 1);
    };
  }
}
