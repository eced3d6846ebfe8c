import { z } from 'zod';
import { signedManifest } from '../../manifest/signed-manifest.ts';
import { completedExample } from './examples.ts';
import { defineOperation } from './operation.ts';
import { exportId, fileQuery } from './schemas.ts';

const sha256 = '60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3';

export const manifestOperations = {
  getManifest: defineOperation({
    method: 'get',
    path: '/v1/exports/{id}/manifest',
    tag: 'exports',
    summary: 'See what a file of an export holds, signed',
    description:
      'The same document is beside the file in storage, and `rowferry verify` checks a file by it. It outlives the file, ' +
      'and goes with the record.',
    auth: 'key',
    params: z.strictObject({ id: exportId }),
    query: fileQuery,
    responses: {
      200: {
        description: 'The manifest and its signature.',
        body: signedManifest.meta({ id: 'SignedManifest' }),
        example: {
          manifest: {
            version: 1,
            generator: { name: 'rowferry', version: '0.1.0' },
            exportId: completedExample.id,
            attempt: 1,
            tenant: 'default',
            subject: '1',
            dataset: { name: 'diary', schema: '5a2f0a9c7b9d1f63' },
            params: { userId: '1' },
            format: 'csv',
            options: { compression: 'none' },
            columns: [
              { name: 'title', type: 'text', masked: false },
              { name: 'year', type: 'integer', masked: false },
            ],
            snapshot: { takenAt: '2026-11-22T11:35:21.120417Z', id: '48211:48211:' },
            file: {
              name: 'diary-2026-11-22.csv',
              contentType: 'text/csv; charset=utf-8; header=present',
              formulaGuard: 'none',
              rows: 200_000,
              bytes: 16_297_198,
              sha256,
            },
          },
          signature: { algorithm: 'Ed25519', keyId: '2f1c6f0f9d0b7a54', value: 'NdU2zW0vX1Gk8Q==' },
        },
      },
    },
    problems: ['not_ready'],
  }),
};
