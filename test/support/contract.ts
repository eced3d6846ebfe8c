// Holds every answer of the API that a test sees against docs/openapi.json: an answer that the document does not describe
// to the last member and header fails the test that got it.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Described {
  headers?: Record<string, { required?: boolean; schema: object }>;
  content?: Record<string, unknown>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
}

/** Headers that the API sends on purpose, so that each has to be described where it comes. */
const OURS = /^(allow|link|location|retry-after|www-authenticate|ratelimit.*|idempotency-.*)$/;
const EVENTS = 'text/event-stream';
const PROBLEM = 'application/problem+json';

const document = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes: false });
// The package is CommonJS, and its types say that its default export is a module.
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(document, 'openapi');
const headerAjv = new Ajv2020({ strict: false, coerceTypes: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(headerAjv);

/** @throws Error that says what the document does not describe */
export async function checkContract(method: string, address: string, response: Response): Promise<void> {
  const { pathname } = new URL(address);
  const problems = await contradictions(method.toLowerCase(), pathname, response);
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  ${problem}`).join('');
  throw new Error(`${method} ${pathname} → ${response.status} is not as docs/openapi.json says:${list}`);
}

async function contradictions(method: string, pathname: string, response: Response): Promise<string[]> {
  // A stream of events has no end to wait for.
  const body = isStream(response) ? '' : await response.clone().text();
  const path = pathOf(pathname);
  const operation = path === undefined ? undefined : document.paths[path]?.[method];
  if (path === undefined || operation === undefined) return checkRefusal(response, body);
  const described = operation.responses[response.status];
  if (described === undefined) return ['it has no such status'];
  const pointer = [path, method, 'responses', String(response.status), 'content'].map(step).join('');
  return [...checkHeaders(described, response), ...checkBody(described, `/paths${pointer}`, response, body)];
}

/** Of an address or method that is not in the document: by a problem that says so, or that a key is needed first. */
function checkRefusal(response: Response, body: string): string[] {
  const names: Record<number, string> = {
    401: 'UnauthenticatedProblem',
    404: 'NotFoundProblem',
    405: 'MethodNotAllowedProblem',
  };
  const name = names[response.status];
  if (name === undefined) return ['it is not described at all'];
  if (response.status === 405 && !response.headers.has('allow')) return ['the header Allow is missing'];
  return checkJson(`/components/schemas/${name}`, PROBLEM, response, body);
}

function checkHeaders({ headers = {} }: Described, response: Response): string[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const missing = Object.entries(headers)
    .filter(([name, { required = false }]) => required && !response.headers.has(name))
    .map(([name]) => `the header ${name} is missing`);
  const strange = [...response.headers.keys()]
    .filter((name) => OURS.test(name) && !names.includes(name))
    .map((name) => `the header ${name} is not described`);
  const wrong = Object.entries(headers).flatMap(([name, { schema }]) => {
    const value = response.headers.get(name);
    return value === null || headerCheck(schema)({ value }) ? [] : [`the header ${name} is ${value}`];
  });
  return [...missing, ...strange, ...wrong];
}

const headerChecks = new WeakMap<object, (headers: unknown) => boolean>();

/** Compiled once: a test may see thousands of answers. Coercion works on members. */
function headerCheck(schema: object): (headers: unknown) => boolean {
  const known = headerChecks.get(schema);
  if (known !== undefined) return known;
  const check = headerAjv.compile({ type: 'object', properties: { value: schema } });
  headerChecks.set(schema, check);
  return check;
}

function checkBody({ content }: Described, pointer: string, response: Response, body: string): string[] {
  if (content === undefined) return body === '' ? [] : ['it has a body'];
  const [type] = Object.keys(content);
  return checkJson(`${pointer}${step(type ?? '')}/schema`, type ?? '', response, body);
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type') === `${EVENTS}; charset=utf-8`;
}

/** What is wrong with a value of one of the document’s schemas. */
export function checkSchema(name: string, value: unknown): string[] {
  return checkValue(`/components/schemas/${name}`, value);
}

function checkJson(pointer: string, type: string, response: Response, body: string): string[] {
  const sent = response.headers.get('content-type') ?? 'none';
  if (sent !== `${type}; charset=utf-8`) return [`its type is ${sent} instead of ${type}`];
  return type === EVENTS ? [] : checkValue(pointer, JSON.parse(body));
}

function checkValue(pointer: string, value: unknown): string[] {
  const validate = ajv.getSchema(`openapi#${pointer}`);
  if (validate === undefined) return [`there is no schema at ${pointer}`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/** The template of the document that an address fits; fixed ones before those with parameters. */
function pathOf(pathname: string): string | undefined {
  if (document.paths[pathname] !== undefined) return pathname;
  return Object.keys(document.paths).find((path) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
}

function step(name: string): string {
  return `/${encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}
