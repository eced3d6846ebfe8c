/** How a column's text is to be read. Formats that know types (JSON) write numbers and booleans as such. */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp';

export interface Column {
  /** Name of the column in the query's result, header in the file and key in JSON. */
  name: string;
  type: ColumnType;
  description: string;
}
