import { AppError } from '../errors.ts';
import type { Asker, Dataset, SessionContext } from './dataset.ts';

/** Two words and more: PostgreSQL's own settings have one, and are not a dataset's to change. */
const CUSTOM_NAME = /^[a-z_][a-z0-9_$]*(\.[a-z_][a-z0-9_$]*)+$/i;
/** PostgreSQL cuts longer names of roles, and might find another. */
const MAX_ROLE_BYTES = 63;

/**
 * What a dataset declares for this asker.
 *
 * @throws AppError `bad_session` where it is nothing that a session may be told: then no row is read
 */
export function sessionOf(dataset: Pick<Dataset, 'name' | 'session'>, asker: Asker): SessionContext {
  const session = dataset.session?.({ ...asker }) ?? {};
  for (const [name, value] of Object.entries(session.settings ?? {})) {
    if (!CUSTOM_NAME.test(name)) throw bad(dataset, `"${name}" is no custom setting, such as app.user_id`);
    if (!isText(value)) throw bad(dataset, `the value of ${name} is no text`);
  }
  const { role } = session;
  // `none` would be the role of the connection.
  const usable = isText(role) && role !== '' && role !== 'none' && Buffer.byteLength(role) <= MAX_ROLE_BYTES;
  if (role !== undefined && !usable) throw bad(dataset, 'its role is no name of a role');
  return session;
}

/** Whatever the types say: what is missing must not become the text "undefined". PostgreSQL's texts hold no NUL. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function bad({ name }: Pick<Dataset, 'name'>, what: string): AppError {
  return new AppError('bad_session', `The session of the dataset "${name}" cannot be used: ${what}.`);
}
