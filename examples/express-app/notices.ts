import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';

export interface Notice {
  exportId: string;
  text: string;
}

export interface NewNotice extends Notice {
  /** Of the message: one that comes twice is kept once. */
  id: string;
  /** For whom, as rowferry calls them. */
  subject: string;
}

/** What people are told of their exports: now, if they have a page open, and when they come back. */
export class Notices {
  readonly #database: Pool;
  /** An event for each user, by id. In several processes let the database tell: `listen` and `notify`. */
  readonly #news = new EventEmitter().setMaxListeners(0);

  constructor(database: Pool) {
    this.#database = database;
  }

  /** Whoever is not one of our users is told nothing: rowferry has others, too. */
  async add({ id, subject, exportId, text }: NewNotice): Promise<void> {
    await this.#database.query(
      `insert into notices (id, user_id, export_id, text)
       select $1, id, $3, $4 from users where id::text = $2
       on conflict do nothing`,
      [id, subject, exportId, text],
    );
    this.#news.emit(subject);
  }

  async latest(userId: number): Promise<Notice[]> {
    const { rows } = await this.#database.query<Notice>(
      `select export_id as "exportId", text from notices
        where user_id = $1 order by created_at desc limit 3`,
      [userId],
    );
    return rows;
  }

  /** Calls `listener` whenever there is something new, until the signal. */
  watch(userId: number, listener: () => void, signal: AbortSignal): void {
    this.#news.on(String(userId), listener);
    signal.addEventListener('abort', () => this.#news.off(String(userId), listener));
  }
}
