/** What a file may cost. */
export interface ReadLimits {
  /** Of the file, and of what it is unpacked to. */
  maxBytes: number;
  /** Of the text of one row. */
  maxRowBytes: number;
  /** Of a workbook or a zip: it is kept on disk while it is read, beside the zip that it is in. */
  maxArchiveBytes: number;
  /** Files in a workbook or a zip. */
  maxArchiveFiles: number;
  /** Of the texts that the cells of a workbook share: they are held in memory. */
  maxSharedTextBytes: number;
}
