import type { Identity } from '../auth/identity.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { ExportRecords } from '../db/export-records.ts';
import { notFound } from './problem.ts';

/**
 * The export of this id, for who asks: their own, or for an admin any of their tenant.
 *
 * @throws AppError `not_found`: somebody else's export looks like none at all
 */
export async function visibleExport(
  records: ExportRecords,
  id: string,
  { tenant, roles, subject }: Identity,
): Promise<ExportRecord> {
  const record = await records.find(tenant, id);
  if (record === undefined) throw notFound();
  const own = record.role === 'user' && record.subject === subject;
  if (!roles.includes('admin') && !own) throw notFound();
  return record;
}
