import { z } from 'zod';
import { anyQuery, defineOperation } from './operation.ts';

const state = z.enum(['ok', 'unavailable']);
const readiness = z
  .strictObject({
    status: state,
    checks: z.record(z.string(), state).describe('The parts that are needed, by name.'),
  })
  .meta({ id: 'Readiness' });

export const healthOperations = {
  livez: defineOperation({
    method: 'get',
    path: '/livez',
    tag: 'service',
    summary: 'Whether the process answers',
    auth: 'none',
    query: anyQuery,
    responses: {
      200: {
        description: 'It does.',
        body: z.strictObject({ status: z.literal('ok') }),
        example: { status: 'ok' },
      },
    },
    problems: [],
  }),

  readyz: defineOperation({
    method: 'get',
    path: '/readyz',
    tag: 'service',
    summary: 'Whether requests should come',
    description:
      'A queue that is away does not make the API unready: it still accepts exports, and they run when it is back.',
    auth: 'none',
    query: anyQuery,
    responses: {
      200: {
        description: 'They should.',
        body: readiness,
        example: { status: 'ok', checks: { database: 'ok' } },
      },
      503: {
        description: 'They should not; `checks` says what is away.',
        body: readiness,
        example: { status: 'unavailable', checks: { database: 'unavailable' } },
      },
    },
    problems: [],
  }),
};

export const documentOperations = {
  openapi: defineOperation({
    method: 'get',
    path: '/openapi.json',
    tag: 'service',
    summary: 'This document',
    auth: 'none',
    responses: {
      200: { description: 'OpenAPI 3.1.', body: z.record(z.string(), z.unknown()) },
    },
    problems: [],
  }),
};
