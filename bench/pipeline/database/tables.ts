import { chance, oneOf } from './bench-table.ts';
import type { BenchTable } from './bench-table.ts';

const ADJECTIVES = [
  'Quiet',
  'Long',
  'Second',
  'Burning',
  'Forgotten',
  'Electric',
  'Last',
  'Crimson',
  'Hollow',
];
const NOUNS = [
  'Harbour',
  'Summer',
  'Witness',
  'Garden',
  'Orbit',
  'Winter, Again',
  'Highway',
  'Letter',
  'Tide',
];
const FIRST_NAMES = ['Agnès', 'Akira', 'Jane', 'Pedro', 'Céline', 'Bong', 'Greta', 'Andrei', 'Chantal'];
const LAST_NAMES = ['Tarkovsky', 'Campion', 'Varda', 'Kurosawa', 'Gerwig', 'Akerman', 'Almodóvar', 'Sciamma'];
const OPENINGS = [
  'Better than the first time',
  'Too long, but the ending stays with you',
  'Everybody talks about the "scene on the bridge"',
  'Saw it in a half-empty cinema',
  'The score alone is worth it',
];
const ENDINGS = [
  'and I would watch it again tomorrow.',
  'though the middle drags a little.',
  'with a cast that carries every minute of it.',
  'which nobody had told me before.\nSecond half even better.',
];

/** Seven columns, about 130 bytes a row as CSV; some fields need quotes, some are NULL. */
export function diaryTable(rows: number): BenchTable {
  const comment = `case when ${chance(0, 10)} < 3 then null else ${oneOf(1, OPENINGS)} || ', ' || ${oneOf(2, ENDINGS)} end`;
  return {
    name: `diary_${rows}`,
    rows,
    columns: {
      title: `'The ' || ${oneOf(3, ADJECTIVES)} || ' ' || ${oneOf(4, NOUNS)} || case when ${chance(5, 4)} = 0 then ' ' || ${chance(6, 9)} + 2 else '' end`,
      year: `1920 + ${chance(7, 106)}`,
      director: `case when ${chance(8, 20)} = 0 then null else ${oneOf(9, FIRST_NAMES)} || ' ' || ${oneOf(10, LAST_NAMES)} end`,
      rating: `(${chance(11, 21)} * 0.5)::numeric(3,1)`,
      comment,
      watched_at: `date '2005-01-01' + ${chance(12, 7500)}`,
      external_metadata_id: `'tt' || lpad(${chance(13, 1_000_000)}::text, 7, '0')`,
    },
  };
}

/** Thirty columns, among them every common type. */
export function wideTable(rows: number): BenchTable {
  const word = (salt: number) => oneOf(salt, ADJECTIVES);
  return {
    name: `wide_${rows}`,
    rows,
    columns: {
      id: 'n',
      a_smallint: `${chance(1, 30_000)}::smallint`,
      an_integer: chance(2, 1_000_000),
      a_bigint: 'n * 7919 * 104729',
      a_numeric: `(${chance(3, 1_000_000)} / 100.0)::numeric(12,2)`,
      a_long_numeric: `(n * 1234567.891011)::numeric`,
      a_real: `(${chance(4, 100_000)} / 7.0)::real`,
      a_double: `(${chance(5, 1_000_000)} / 13.0)::float8`,
      a_boolean: `${chance(6, 2)} = 1`,
      a_date: `date '2000-01-01' + ${chance(7, 9000)}`,
      a_time: `time '00:00' + ${chance(8, 86_400)} * interval '1 second'`,
      a_timestamp: `timestamp '2020-01-01' + ${chance(9, 1_000_000)} * interval '1.5 minutes'`,
      a_timestamptz: `timestamptz '2020-01-01 00:00:00Z' + ${chance(10, 1_000_000)} * interval '90.123456 s'`,
      an_interval: `${chance(11, 5000)} * interval '1 hour 1 second'`,
      a_uuid: 'md5(n::text)::uuid',
      a_text: `${word(12)} || ' ' || ${word(13)}`,
      a_text_with_commas: `${word(14)} || ', ' || ${word(15)}`,
      a_text_with_quotes: `'the "' || ${word(16)} || '" one'`,
      a_varchar: `${word(17)}::varchar(40)`,
      a_char: `${word(18)}::char(12)`,
      a_bytea: `decode(md5(n::text), 'hex')`,
      a_json: `json_build_object('n', n, 'word', ${word(19)})`,
      a_jsonb: `jsonb_build_object('n', n, 'word', ${word(20)})`,
      an_integer_array: `array[${chance(21, 100)}, ${chance(22, 100)}, ${chance(23, 100)}]`,
      a_text_array: `array[${word(24)}, ${word(25)}]`,
      a_foreign_key: `${chance(26, 1_000_000)}::bigint`,
      a_status: oneOf(27, ['draft', 'published', 'withdrawn']),
      a_flag: `${chance(29, 10)} = 0`,
      a_sparse_text: `case when ${chance(30, 10)} = 0 then ${word(31)} end`,
      a_null: 'null::text',
    },
  };
}

/** What is left when hardly anything is in a row: the cost of a row itself. */
export function narrowTable(rows: number): BenchTable {
  return { name: `narrow_${rows}`, rows, columns: { id: 'n::int', amount: chance(1, 100_000) } };
}

/** A few kilobytes a row, with quotes and line breaks: the cost of a byte. */
export function longTextTable(rows: number): BenchTable {
  const paragraph = `${oneOf(1, OPENINGS)} || ', ' || ${oneOf(2, ENDINGS)} || E'\\n'`;
  return {
    name: `long_text_${rows}`,
    rows,
    columns: { id: 'n::int', body: `repeat(${paragraph}, 20 + ${chance(3, 60)})` },
  };
}
