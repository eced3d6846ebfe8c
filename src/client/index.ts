/** The package's entry `rowferry/client`: what other programs use. */
export { RowferryClient, hasEnded } from './rowferry-client.ts';
export type {
  AuditEntry,
  AuditFilter,
  CallOptions,
  Dataset,
  Export,
  ExportFilter,
  NewExport,
  NewSchedule,
  Preview,
  RequestOptions,
  RowferryClientOptions,
  Schedule,
  WaitOptions,
  WatchOptions,
} from './rowferry-client.ts';
export type { DownloadedFile, DownloadTarget } from './download.ts';
export { ProblemError, RowferryError } from './errors.ts';
export type { Fault } from './errors.ts';
export type { components, operations, paths } from './schema.ts';
