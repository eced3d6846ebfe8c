/** The package's entry `rowferry/client`: what other programs use. */
export { RowferryClient, hasEnded } from './rowferry-client.ts';
export type {
  AuditEntry,
  AuditFilter,
  Dataset,
  Export,
  ExportFilter,
  NewExport,
  NewSchedule,
  Preview,
  RowferryClientOptions,
  Schedule,
  WaitOptions,
  WatchOptions,
} from './rowferry-client.ts';
export type { CallOptions, FileOptions, RequestOptions } from './options.ts';
export type {
  BulkExport,
  BulkExportDetail,
  BulkExportsClient,
  BulkFilter,
  BulkSubject,
  BulkSubjectFilter,
  BulkWaitOptions,
  NewBulkExport,
} from './bulk-exports.ts';
export type { DownloadedFile, DownloadTarget } from './download.ts';
export { ProblemError, RowferryError } from './errors.ts';
export type { Fault } from './errors.ts';
export type { components, operations, paths } from './schema.ts';
