import { exportContentExample, previewExample } from './examples.ts';
import { defineOperation } from './operation.ts';
import { exportContent, preview } from './schemas.ts';

export const previewOperations = {
  previewExport: defineOperation({
    method: 'post',
    path: '/v1/exports/preview',
    tag: 'exports',
    summary: 'See how the file would begin',
    description:
      'Takes what asking for an export takes, and answers with the first rows, by the very way that the export would ' +
      'take, and a guess at the whole. Nothing is recorded.',
    auth: 'key',
    body: exportContent,
    bodyExample: exportContentExample,
    audit: 'export.previewed',
    responses: {
      200: { description: 'The first rows.', body: preview, example: previewExample },
    },
    problems: ['preview_too_large', 'too_many_at_once', 'preview_timed_out'],
  }),
};
