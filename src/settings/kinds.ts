import { z } from 'zod';

export const MIB = 1024 * 1024;
/** The largest number that a structured header, such as RateLimit, can hold (RFC 9651). */
export const MOST = 999_999_999_999_999;

export const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
export const url = (protocols: RegExp) => z.url({ protocol: protocols });
export const postgresUrl = url(/^postgres(ql)?$/);
/** The name of a setting that stands for several: here each names a source of its own. */
export const NAMED_SOURCE = 'SOURCE_<NAME>_DATABASE_URL';
/** Words with commas between them. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
export const target = z
  .string()
  .regex(
    /^[A-Za-z0-9_.:-]+(\/\d{1,3})?$/,
    'must be host names, addresses or ranges, such as hooks.internal,10.0.0.0/8',
  );
export const origin = z.union([
  z.literal('*'),
  z
    .string()
    .regex(/^https?:\/\/[a-z0-9.[\]:-]+$/, 'must be origins in lower case, such as https://app.example.org'),
]);
export const portRange = z
  .string()
  .regex(/^\d{1,5}(-\d{1,5})?$/, 'must be ports or ranges of ports, such as 443,8000-8999')
  .transform((text) => {
    const [from = 0, to = from] = text.split('-').map(Number);
    return { from, to };
  })
  .refine(({ from, to }) => from >= 1 && from <= to && to <= 65_535, 'must be ports from 1 to 65535');
export const keyAdvice = 'must have at least 32 characters; make one with: openssl rand -base64 48';
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
