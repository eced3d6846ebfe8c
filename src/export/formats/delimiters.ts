/** What may stand between two values of CSV. */
export const delimiters = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
