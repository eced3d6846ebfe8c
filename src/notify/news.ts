/** What there is to tell. The same in every try, so that a receiver can tell a repeat by its bytes. */
export type News = ExportNews | BulkNews;

interface Message {
  /** Id of the message, the same in every try. */
  id: string;
  /** When it happened. */
  at: Date;
}

/** About one export. */
export interface ExportNews extends Message {
  kind: 'completed' | 'failed' | 'expiring';
  export: {
    id: string;
    dataset: string;
    /** What people call the dataset. */
    title: string;
    format: string;
    subject: string;
    /** One for each format; none when it failed. */
    files: { format: string; name: string; rows: number; bytes: number; sha256: string; expiresAt: Date }[];
    /** Null unless it failed. */
    error: { code: string; message: string } | null;
  };
}

/** About the end of a bulk export. */
export interface BulkNews extends Message {
  kind: 'bulk_completed';
  bulk: {
    id: string;
    dataset: string;
    /** What people call the dataset. */
    title: string;
    format: string;
    status: 'completed' | 'completed_with_failures' | 'failed';
    /** Of subjects, by what became of their exports. */
    counts: Readonly<Record<string, number>>;
    rows: number;
    bytes: number;
    /** Null where there is none: the subjects could not be found. */
    manifest: { expiresAt: Date } | null;
    /** Why the subjects could not be found; null otherwise. */
    error: { code: string; message: string } | null;
  };
}
