/** What was found of one thing that is said of a file. */
export interface Check {
  name: 'signature' | 'size' | 'SHA-256' | 'rows' | 'file';
  /** `unknown`: it could not be told, for want of a key or of a reader of the format. */
  result: 'right' | 'wrong' | 'unknown';
  /** For people. */
  text: string;
}
