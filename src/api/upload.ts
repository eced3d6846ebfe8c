import { Busboy } from '@fastify/busboy';
import type { BusboyHeaders } from '@fastify/busboy';
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { parseOrThrow } from './parse-request.ts';

export interface UploadRules<Schema extends z.ZodType> {
  form: { name: string; schema: Schema; file: string };
  /** Of the file. */
  maxBytes: number;
  /** Of the JSON before it. */
  maxRequestBytes: number;
}

/**
 * Reads a form of one JSON part and one file. `take` is called with both as soon as the file begins, and has to consume
 * it. Resolves to what it resolves to once the whole form was read.
 *
 * @throws AppError `malformed_body`, `invalid_request`, `body_too_large`; what `take` throws
 */
export async function readUpload<Schema extends z.ZodType, T>(
  request: Request,
  { form, maxBytes, maxRequestBytes }: UploadRules<Schema>,
  take: (content: z.output<Schema>, file: Readable) => Promise<T>,
): Promise<T> {
  const parser = open(request, { fileSize: maxBytes, fieldSize: maxRequestBytes });
  const malformed = (message: string) => new AppError('malformed_body', message);
  const order = `Send the part \`${form.name}\` as JSON, and then the part \`${form.file}\` with a file name.`;
  let json: string | undefined;
  let taken: Promise<T> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      parser.on('field', (name, value, _nameCut, valueCut) => {
        if (valueCut) reject(tooLarge(maxRequestBytes, 'API_BODY_MAX_BYTES'));
        else if (name === form.name && json === undefined && taken === undefined) json = value;
        else reject(malformed(order));
      });
      parser.on('file', (name, file) => {
        // A form that is refused is not read to its end; its file must not wait for anybody, nor end the process.
        file.on('error', () => undefined);
        if (name !== form.file || json === undefined || taken !== undefined) {
          file.resume();
          reject(malformed(order));
          return;
        }
        file.once('limit', () => file.destroy(tooLarge(maxBytes, 'IMPORT_MAX_BYTES')));
        taken = Promise.resolve()
          .then(() => take(parseOrThrow(form.schema, parsed(json ?? '', order), 'body'), file))
          .catch((error: unknown) => {
            file.resume();
            throw error;
          });
        taken.catch(reject);
      });
      parser.once('error', (error: unknown) =>
        reject(new AppError('malformed_body', order, { cause: error })),
      );
      parser.once('finish', () => {
        if (taken === undefined) reject(malformed(order));
        else taken.then(resolve, reject);
      });
      const gone = () => {
        if (request.complete) return;
        const error = malformed('The request ended before the file did.');
        parser.destroy();
        reject(error);
      };
      request.once('aborted', gone).once('error', gone);
      request.pipe(parser);
    });
  } finally {
    request.unpipe(parser);
    // What is left of a form that was refused is read past, so that the answer arrives.
    request.resume();
  }
}

function open(request: Request, limits: { fileSize: number; fieldSize: number }) {
  try {
    const headers = request.headers as BusboyHeaders;
    return new Busboy({ headers, limits: { ...limits, fields: 2, files: 2, parts: 4, headerPairs: 20 } });
  } catch (error) {
    const message = 'The Content-Type of a form has to name its boundary.';
    throw new AppError('malformed_body', message, { cause: error });
  }
}

function parsed(json: string, advice: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AppError('malformed_body', advice, { cause: error });
  }
}

function tooLarge(maxBytes: number, setting: string): AppError {
  return new AppError('body_too_large', `It has more than ${maxBytes} bytes (${setting}).`);
}
