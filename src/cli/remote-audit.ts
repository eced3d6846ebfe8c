import type { AuditEntry, AuditFilter } from '../client/index.ts';
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
    let shown = 0;
    for await (const entry of client.audit({ ...filter, limit: Math.min(most, 100) }, { signal })) {
      print(json === true ? JSON.stringify(entry) : lineOf(entry));
      if (++shown === most) return;
    }
  });
}

function lineOf({ at, actor, act, object, ip }: AuditEntry): string {
  const who = `${actor.subject ?? '-'}${actor.actedAs === null ? '' : ` as ${actor.actedAs}`}`;
  const what = object === null ? '' : `${object.kind} ${object.id}`;
  return `${at}  ${act.padEnd(22)}  ${what}  by ${who} (${actor.kind})  from ${ip ?? '-'}`;
}
