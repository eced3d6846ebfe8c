/** `own-store`: rowferry's adapter for S3. `default-upload`: lib-storage and a client as they come. */
export type SinkName = 'null' | 'own-store' | 'default-upload';

/** One pass over one query. */
export interface PassOptions {
  postgresUrl: string;
  columns: readonly string[];
  query: string;
  sink: SinkName;
  key: string;
}
