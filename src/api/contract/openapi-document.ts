import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { problems } from '../problem.ts';
import type { ProblemCode } from '../problem.ts';
import { identityHeaders } from './headers.ts';
import { operations } from './index.ts';
import { problemsOf } from './operation.ts';
import type { Operation, ResponseSpec } from './operation.ts';
import { problemExample, problemHeaders, problemSchema } from './problem-schemas.ts';

const description = `Turns rows of PostgreSQL into files that people download. Ask for an export, watch it, download the file. docs/api.md in the repository leads through it.

Requests and answers are JSON in UTF-8. Times are ISO 8601 in UTC, sizes are bytes. Unknown members and query parameters
are refused. Every answer of 400 and above is an RFC 9457 problem document: \`code\`, and \`type\`, which is made of it,
are stable and for programs; \`title\` and \`detail\` are for people.`;

const tags = [
  { name: 'exports', description: 'Ask, watch, download.' },
  { name: 'imports', description: 'The way back: a file into the tables.' },
  { name: 'schedules', description: 'Exports that are asked for again and again.' },
  { name: 'notifications', description: 'Who was told of an export.' },
  { name: 'webhooks', description: 'Where every export of a tenant is told of; for its admins.' },
  { name: 'admin', description: 'All that a tenant exports, and who did what; for its admins.' },
  { name: 'datasets', description: 'What may be asked for.' },
  { name: 'service', description: 'The service itself.' },
] as const satisfies readonly { name: Operation['tag']; description: string }[];

/** Either will do. */
const securitySchemes = {
  apiKey: { description: 'An API key, made by `rowferry keys create`.' },
  token: { bearerFormat: 'JWT', description: 'A JSON Web Token of your login service.' },
};

export type OpenApiDocument = ReturnType<typeof buildDocument>;

/** The OpenAPI 3.1 document of everything in `operations`. */
export function buildDocument() {
  const registry = new OpenAPIRegistry();
  for (const [name, scheme] of Object.entries(securitySchemes)) {
    registry.registerComponent('securitySchemes', name, { type: 'http', scheme: 'bearer', ...scheme });
  }
  const problemOf = problemSchemas();
  for (const [operationId, operation] of Object.entries<Operation>(operations)) {
    registry.registerPath(route(operationId, operation, problemOf));
  }
  // Of addresses and methods that are none of ours, so no operation has them.
  const everywhere = (['not_found', 'method_not_allowed'] as const).map((code) => ({
    type: 'schema' as const,
    schema: problemOf(code),
  }));
  return new OpenApiGeneratorV31([...registry.definitions, ...everywhere]).generateDocument({
    openapi: '3.1.1',
    info: {
      title: 'rowferry',
      version: 'v1',
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...tags],
  });
}

type ProblemOf = (code: ProblemCode) => z.ZodType;

/** The same schema each time: two of one name would be two components. */
function problemSchemas(): ProblemOf {
  const made = new Map<ProblemCode, z.ZodType>();
  return (code) => {
    const schema = made.get(code) ?? problemSchema(code);
    made.set(code, schema);
    return schema;
  };
}

function route(operationId: string, operation: Operation, problemOf: ProblemOf): RouteConfig {
  const { method, path, tag, summary, auth, body, bodyExample: example, form, params, query } = operation;
  const headers = [auth === 'none' ? undefined : identityHeaders, operation.headers].flatMap((schema) =>
    schema === undefined ? [] : Object.entries(schema.shape),
  );
  const request = {
    ...(params && { params }),
    ...(query && { query }),
    ...(headers.length > 0 && { headers: z.object(Object.fromEntries(headers)) }),
    ...(body && { body: { required: true, content: { 'application/json': { schema: body, example } } } }),
    ...(form && { body: { required: true, content: { 'multipart/form-data': formContent(form, example) } } }),
  };
  return {
    operationId,
    method,
    path,
    tags: [tag],
    summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    security: auth === 'none' ? [] : Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    request,
    responses: { ...successes(operation.responses), ...failures(operation, problemOf) },
  };
}

/** The file is bytes, whatever they are; OpenAPI has no other type for a part than a string. */
function formContent({ name, schema, file }: NonNullable<Operation['form']>, example: unknown) {
  const bytes = z.string().meta({ description: 'The file.', contentMediaType: 'application/octet-stream' });
  return {
    schema: z.object({ [name]: schema, [file]: bytes }),
    ...(example === undefined ? {} : { example }),
  };
}

function successes(specs: Operation['responses']): Record<string, ResponseConfig> {
  const config = ({ description, headers, body, events, example }: ResponseSpec): ResponseConfig => ({
    description,
    ...(headers && { headers }),
    ...(body && {
      content: { 'application/json': { schema: body, ...(example === undefined ? {} : { example }) } },
    }),
    ...(events && {
      content: {
        'text/event-stream': {
          schema: z.string().describe('The data of each event is what GET of the resource answers.'),
          ...(example === undefined ? {} : { example }),
        },
      },
    }),
  });
  return Object.fromEntries(Object.entries(specs).map(([status, spec]) => [status, config(spec)]));
}

/** One response a status; a status may stand for several problems. */
function failures(operation: Operation, problemOf: ProblemOf): Record<string, ResponseConfig> {
  const taken = Object.keys(operation.responses).map(Number);
  const all = problemsOf(operation);
  const statuses = [...new Set(all.map((code) => problems[code].status))];
  return Object.fromEntries(
    statuses
      .filter((status) => !taken.includes(status))
      .map((status): [string, ResponseConfig] => {
        const codes = all.filter((code) => problems[code].status === status);
        const [first, ...rest] = codes.map(problemOf) as [z.ZodType, ...z.ZodType[]];
        const headers = problemHeaders(codes);
        return [
          String(status),
          {
            description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
            ...(headers && { headers }),
            content: {
              'application/problem+json': {
                schema: rest.length === 0 ? first : z.union([first, ...rest]),
                examples: Object.fromEntries(codes.map((code) => [code, { value: problemExample(code) }])),
              },
            },
          },
        ];
      }),
  );
}
