import type { AuditEntry, AuditFilter } from '../client/index.ts';
import { tableOf } from './table.ts';
import type { Column } from './table.ts';
import { withServer } from './with-server.ts';
import type { RemoteOptions } from './with-server.ts';

/** As a person types it. */
export interface AuditCommand extends RemoteOptions {
  actor?: string;
  act?: NonNullable<AuditFilter['act']>;
  object?: string;
  from?: string;
  to?: string;
  limit: number;
  json?: true;
}

/** `rowferry audit`: one line an act, newest first, or one JSON object a line. */
export function audit(
  { limit: most, json, server, ...filter }: AuditCommand,
  print: (line: string) => void,
): Promise<void> {
  return withServer({ server }, async (client, signal) => {
    const show = tableOf(columns, print);
    let shown = 0;
    for await (const entry of client.audit({ ...filter, limit: Math.min(most, 100) }, { signal })) {
      if (json === true) print(JSON.stringify(entry));
      else show(entry);
      if (++shown === most) return;
    }
  });
}

function whoOf({ actor }: AuditEntry): string {
  const { kind, subject, actedAs } = actor;
  return `${subject ?? '-'}${actedAs === null ? '' : ` as ${actedAs}`} (${kind})`;
}

const columns: readonly Column<AuditEntry>[] = [
  { name: 'at', width: 24, of: ({ at }) => at },
  { name: 'act', width: 22, of: ({ act }) => act },
  { name: 'object', width: 45, of: ({ object }) => (object === null ? '' : `${object.kind} ${object.id}`) },
  { name: 'by', width: 24, of: (entry) => `by ${whoOf(entry)}` },
  { name: 'from', width: 0, of: ({ ip }) => `from ${ip ?? '-'}` },
];
