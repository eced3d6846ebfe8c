import type { Client } from 'pg';
import { isTransactionPooler, version, withClient } from './check-postgres.ts';
import { ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** A database that is exported from. */
export interface SourceTarget {
  /** As datasets name it. */
  name: string;
  /** The setting that says where it is. */
  setting: string;
  connectionString: string;
  /** It is where the records are too, so its user has to write. */
  holdsRecords: boolean;
  /** Datasets that rely on row-level security there. */
  withSession: readonly string[];
  /** Longest an export may run. */
  deadlineMs: number;
}

interface State {
  standby: boolean;
  /** Of the user: row-level security does not hold for it. */
  unfiltered: boolean;
  writable: number;
  transaction_timeout_ms: number;
  feedback: boolean;
  /** -1: for ever. */
  standby_delay_ms: number;
}

/** Everything that an export relies on there, tried the way exports do it. */
export async function checkSource(target: SourceTarget): Promise<Finding[]> {
  const check = target.name === 'default' ? 'source' : `source ${target.name}`;
  return withClient(check, target.setting, target.connectionString, async (client) => {
    const found = [await version(check, client)];
    const state = await readState(client);
    found.push(ok(check, state.standby ? 'is a replica' : 'is a primary'));
    if (await isTransactionPooler(target.connectionString)) {
      found.push(ok(check, 'a pooler in transaction mode: an export is one transaction'));
    }
    return [
      ...found,
      ...conflicts(check, target, state),
      ...rights(check, target, state),
      ...rowSecurity(check, target, state),
      ...timeouts(check, target, state),
    ];
  });
}

async function readState(client: Client): Promise<State> {
  // A pooler in statement mode refuses this, as it would refuse every export.
  await client.query('begin transaction isolation level repeatable read, read only');
  const { rows } = await client.query<State>(
    `select pg_is_in_recovery() as standby,
            (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as unfiltered,
            (select count(*)::int from pg_class
              where relkind in ('r', 'p') and relnamespace not in
                    (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
                and has_table_privilege(oid, 'insert, update, delete, truncate')) as writable,
            ${milliseconds('transaction_timeout')} as transaction_timeout_ms,
            current_setting('hot_standby_feedback')::boolean as feedback,
            ${milliseconds('max_standby_streaming_delay')} as standby_delay_ms`,
  );
  await client.query('rollback');
  const [state] = rows;
  if (state === undefined) throw new Error('it answers nothing');
  return state;
}

/** Of a setting that counts time; 0 where this version has none of the name. */
function milliseconds(setting: string): string {
  return `coalesce((select setting::int from pg_settings where name = '${setting}'), 0)`;
}

function conflicts(check: string, { deadlineMs }: SourceTarget, state: State): Finding[] {
  const patient = state.standby_delay_ms === -1 || state.standby_delay_ms >= deadlineMs;
  if (!state.standby || state.feedback || patient) return [];
  return [
    warn(
      check,
      `The replica ends queries that are in the way of its primary's changes after ${state.standby_delay_ms / 1000} seconds.`,
      'Set `hot_standby_feedback = on` there, or `max_standby_streaming_delay` to EXPORT_DEADLINE_SECONDS. Exports that are ended so are tried again.',
    ),
  ];
}

function rights(check: string, { holdsRecords }: SourceTarget, { standby, writable }: State): Finding[] {
  if (holdsRecords || standby) return [];
  if (writable === 0) return [ok(check, 'its user can write to no table')];
  return [
    warn(
      check,
      `Its user may write to ${writable} ${writable === 1 ? 'table' : 'tables'}. Exports only read.`,
      'Use a role that owns nothing and has been granted SELECT alone.',
    ),
  ];
}

function rowSecurity(check: string, { withSession }: SourceTarget, { unfiltered }: State): Finding[] {
  if (withSession.length === 0) return [];
  if (!unfiltered) return [ok(check, 'row-level security holds for its user')];
  return [
    warn(
      check,
      `Row-level security does not hold for its user, a superuser or one with BYPASSRLS, and ${withSession.join(', ')} may rely on it.`,
      'Use a role that has neither, or have the `session` of each of these datasets name one.',
    ),
  ];
}

function timeouts(
  check: string,
  { deadlineMs }: SourceTarget,
  { transaction_timeout_ms: limit }: State,
): Finding[] {
  if (limit === 0 || limit >= deadlineMs) return [];
  return [
    warn(
      check,
      `transaction_timeout ends every export after ${limit / 1000} seconds.`,
      'Set it to 0 for this user: `alter role … set transaction_timeout = 0`. EXPORT_DEADLINE_SECONDS bounds an export.',
    ),
  ];
}
