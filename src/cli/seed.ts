import { AppError } from '../errors.ts';
import { seedDiary } from '../seed/seed-diary.ts';
import { withContext } from './context.ts';

/** `rowferry seed`: people 1 to `users`, with at least `entries` diary entries each. */
export function seed({ users, entries }: { users: number; entries: number }): Promise<void> {
  return withContext('rowferry-seed', async ({ config, endpoints }) => {
    if (config.NODE_ENV === 'production') {
      throw new AppError('demo_in_production', 'Sample data does not belong into production.');
    }
    await seedDiary(endpoints.sources.default, [{ users: { from: 1, to: users }, entries }]);
  });
}
