import type { ColumnType } from '../src/export/dataset.ts';

/** One value of a PostgreSQL type: docs/formats.md shows what becomes of it, and the tests check that it does. */
export interface TypeSample {
  /** As pg_type and format_type have it. */
  type: string;
  /** What a dataset would declare the column as. */
  declare: ColumnType;
  /** An expression that gives the value. */
  sql: string;
  /** Its text, as the session of an export gets it. */
  text: string;
  /** Undefined for a type that somebody has made: each database gives it another. */
  oid: number | undefined;
  /** Of the column, where the type has one. */
  modifier?: number;
}

const sample = (
  type: string,
  declare: ColumnType,
  oid: number,
  literal: string,
  text = literal,
  modifier?: number,
): TypeSample => ({
  type,
  declare,
  oid,
  text,
  sql: `'${literal.replaceAll("'", "''")}'::${type}`,
  ...(modifier === undefined ? {} : { modifier }),
});

/** What the samples of types that somebody makes are of; a database has to have them. */
export const typeDeclarations = `
  create type sample_mood as enum ('sad', 'very "happy"');
  create type sample_entry as (title text, rating numeric(4,2), seen date, moods sample_mood[]);
  create domain sample_rating as numeric(4,2) check (value between 0 and 10);
  create domain sample_id as text;
  create type sample_span as range (subtype = float8)`;

const own = (
  shown: string,
  type: string,
  literal: string,
  about: Partial<Pick<TypeSample, 'declare' | 'oid' | 'modifier' | 'text'>> = {},
): TypeSample => ({ ...sample(type, 'text', 0, literal), type: shown, oid: undefined, ...about });

/** Kinds of types that somebody makes. A domain is to PostgreSQL’s clients what it is over. */
const ownSamples: readonly TypeSample[] = [
  own('enum', 'sample_mood', 'very "happy"'),
  own('enum[]', 'sample_mood[]', '{sad,"very \\"happy\\""}'),
  own('composite', 'sample_entry', '("Alien, ""1""",8.50,2026-11-22,"{sad,""very \\\\""happy\\\\""""}")'),
  own('composite', 'sample_entry', '(,,,)'),
  own('composite[]', 'sample_entry[]', '{"(=1+1,8.50,,)","(,,,)"}'),
  own('domain over numeric(4,2)', 'sample_rating', '8.5', {
    text: '8.50',
    declare: 'number',
    oid: 1700,
    modifier: 262150,
  }),
  own('domain over text', 'sample_id', '=007', { oid: 25 }),
  own('range of double precision', 'sample_span', '[0.1,1e+300)'),
];

/** Every built-in type that a query can return, and the values that are hard; then kinds of types that somebody makes. */
export const typeSamples: readonly TypeSample[] = [
  sample('boolean', 'boolean', 16, 't'),
  sample('smallint', 'integer', 21, '-32768'),
  sample('integer', 'integer', 23, '2147483647'),
  sample('bigint', 'integer', 20, '123456789012345'),
  sample('bigint', 'integer', 20, '9007199254740993'),
  sample('oid', 'integer', 26, '4294967295'),
  sample('real', 'number', 700, '0.1'),
  sample('double precision', 'number', 701, '0.30000000000000004'),
  sample('double precision', 'number', 701, '1e+300'),
  sample('double precision', 'number', 701, 'NaN'),
  sample('double precision', 'number', 701, '-Infinity'),
  sample('numeric', 'number', 1700, '8.50'),
  sample('numeric(12,2)', 'number', 1700, '-12345.60', '-12345.60', 786438),
  sample('numeric(38,20)', 'number', 1700, '123456789012345678.12345678901234567890', undefined, 2490392),
  sample('numeric(60,0)', 'number', 1700, '9'.repeat(60), undefined, 3932164),
  sample('money', 'text', 790, '-1234.5', '-$1,234.50'),
  sample('text', 'text', 25, '=1+1'),
  sample('text', 'text', 25, 'a "b", c;\td'),
  sample('character varying', 'text', 1043, 'Łódź 🎬'),
  sample('character(3)', 'text', 1042, 'a', 'a  ', 7),
  sample('"char"', 'text', 18, 'x'),
  sample('name', 'text', 19, 'pg_class'),
  sample('date', 'date', 1082, '2026-11-22'),
  sample('date', 'date', 1082, '1899-12-31'),
  sample('timestamp', 'timestamp', 1114, '2026-11-22 11:34:31.672437'),
  sample('timestamptz', 'timestamp', 1184, '2026-11-22 11:34:31+00'),
  sample('time', 'text', 1083, '11:34:31.5'),
  sample('timetz', 'text', 1266, '11:34:31+02'),
  sample('interval', 'text', 1186, '1 year 2 days 03:04:05.6', 'P1Y2DT3H4M5.6S'),
  sample('uuid', 'text', 2950, '86d4c1c2-8cb4-4b33-8733-6e645b35e52f'),
  sample('bytea', 'text', 17, '\\x00ff10'),
  sample('json', 'text', 114, '{"b": 1.50, "a": null}'),
  sample('jsonb', 'text', 3802, '{"a": null, "b": 1.50}'),
  sample('jsonpath', 'text', 4072, '$."a"[*]'),
  sample('xml', 'text', 142, '<a>1</a>'),
  sample('bit(4)', 'text', 1560, '1010', '1010', 4),
  sample('bit varying', 'text', 1562, '10101'),
  sample('inet', 'text', 869, '192.168.0.1/24'),
  sample('cidr', 'text', 650, '10.0.0.0/8'),
  sample('macaddr', 'text', 829, '08:00:2b:01:02:03'),
  sample('macaddr8', 'text', 774, '08:00:2b:01:02:03:04:05'),
  sample('point', 'text', 600, '(1,2.5)'),
  sample('lseg', 'text', 601, '[(0,0),(1,1)]'),
  sample('path', 'text', 602, '((0,0),(1,1))'),
  sample('box', 'text', 603, '(1,1),(0,0)'),
  sample('polygon', 'text', 604, '((0,0),(1,1),(1,0))'),
  sample('line', 'text', 628, '{1,-1,0}'),
  sample('circle', 'text', 718, '<(0,0),2>'),
  sample('tsvector', 'text', 3614, "'cat':2 'fat':1"),
  sample('tsquery', 'text', 3615, "'fat' & 'cat'"),
  sample('int4range', 'text', 3904, '[1,5)'),
  sample('int8range', 'text', 3926, '[1,)'),
  sample('numrange', 'text', 3906, '(0.5,1.5]'),
  sample('daterange', 'text', 3912, '[2026-01-01,2026-02-01)'),
  sample('tsrange', 'text', 3908, '["2026-01-01 00:00:00","2026-01-02 00:00:00")'),
  sample('tstzrange', 'text', 3910, '["2026-01-01 00:00:00+00",infinity)'),
  sample('int4multirange', 'text', 4451, '{[1,3),[5,7)}'),
  sample('int8multirange', 'text', 4536, '{[1,3)}'),
  sample('nummultirange', 'text', 4532, '{[0.5,1.5)}'),
  sample('datemultirange', 'text', 4535, '{[2026-01-01,2026-02-01)}'),
  sample('tsmultirange', 'text', 4533, '{["2026-01-01 00:00:00","2026-01-02 00:00:00")}'),
  sample('tstzmultirange', 'text', 4534, '{["2026-01-01 00:00:00+00","2026-01-02 00:00:00+00")}'),
  sample('integer[]', 'text', 1007, '{1,NULL,3}'),
  sample('bigint[]', 'text', 1016, '{9007199254740993}'),
  sample('text[]', 'text', 1009, '{a,"b \\"c\\", d",NULL,"NULL"}'),
  sample('timestamptz[]', 'text', 1185, '{"2026-11-22 11:34:31.5+00"}'),
  sample('uuid[]', 'text', 2951, '{86d4c1c2-8cb4-4b33-8733-6e645b35e52f}'),
  sample('numeric[]', 'text', 1231, '{1.5,-2}'),
  sample('point[]', 'text', 1017, '{"(1,2)","(3,4)"}'),
  sample('regclass', 'text', 2205, 'pg_class'),
  sample('regtype', 'text', 2206, 'integer'),
  sample('regproc', 'text', 24, 'now'),
  sample('regprocedure', 'text', 2202, 'now()'),
  sample('regoper', 'text', 2203, '||/'),
  sample('regoperator', 'text', 2204, '+(integer,integer)'),
  sample('regrole', 'text', 4096, 'pg_monitor'),
  sample('regnamespace', 'text', 4089, 'pg_catalog'),
  sample('regconfig', 'text', 3734, 'english'),
  sample('regdictionary', 'text', 3769, 'simple'),
  sample('regcollation', 'text', 4191, '"C"'),
  sample('oidvector', 'text', 30, '1 2'),
  sample('int2vector', 'text', 22, '1 2'),
  sample('tid', 'text', 27, '(0,1)'),
  sample('xid', 'integer', 28, '4294967295'),
  sample('xid8', 'integer', 5069, '18446744073709551615'),
  sample('cid', 'integer', 29, '1'),
  sample('pg_lsn', 'text', 3220, '16/B374D848'),
  sample('pg_snapshot', 'text', 5038, '10:20:10,14'),
  sample('txid_snapshot', 'text', 2970, '10:20:10,14'),
  sample('refcursor', 'text', 1790, 'a cursor'),
  sample('aclitem', 'text', 1033, 'pg_monitor=r/pg_monitor'),
  ...ownSamples,
];
