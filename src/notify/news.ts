/** What there is to tell about one export. The same in every try, so that a receiver can tell a repeat by its bytes. */
export interface News {
  /** Id of the message, the same in every try. */
  id: string;
  kind: 'completed' | 'failed' | 'expiring';
  /** When it happened. */
  at: Date;
  export: {
    id: string;
    dataset: string;
    /** What people call the dataset. */
    title: string;
    format: string;
    subject: string;
    /** Null when it failed. */
    file: { name: string; rows: number; bytes: number; sha256: string; expiresAt: Date } | null;
    /** Null unless it failed. */
    error: { code: string; message: string } | null;
  };
}
