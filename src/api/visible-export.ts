import type { Request } from 'express';
import { z } from 'zod';
import type { ExportRecord } from '../db/export-record.ts';
import type { ExportRecords } from '../db/export-records.ts';
import { identityOf } from './authenticate.ts';
import { notFound } from './problem.ts';

/**
 * The export that the address names, for who asks: their own, or for an admin any of their tenant.
 *
 * @throws AppError `not_found`: somebody else's export looks like none at all
 */
export async function visibleExport(
  records: ExportRecords,
  request: Request<{ id: string }>,
): Promise<ExportRecord> {
  const { id } = request.params;
  const { tenant, roles, subject } = identityOf(request);
  const record = z.uuid().safeParse(id).success ? await records.find(tenant, id) : undefined;
  if (record === undefined) throw notFound();
  const own = record.role === 'user' && record.subject === subject;
  if (!roles.includes('admin') && !own) throw notFound();
  return record;
}
