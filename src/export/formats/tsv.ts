import { csv } from './csv.ts';
import { delimitedEncoder, inEncoding } from './delimited.ts';
import type { Format } from './format.ts';

/** CSV with tabs: values that hold one, a quote or a line end are quoted, as spreadsheets write and read it. */
export const tsv: Format = {
  ...csv,
  name: 'tsv',
  extension: 'tsv',
  contentType: 'text/tab-separated-values; charset=utf-8',
  options: csv.options.filter((name) => name !== 'delimiter'),
  createEncoder({ settings, ...input }) {
    const withTabs = { ...settings, delimiter: 'tab' } as const;
    return inEncoding(delimitedEncoder({ ...input, settings: withTabs }), settings);
  },
};
