import { z } from 'zod';
import { actingRole } from '../auth/rights.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { datasetOperations } from './contract/datasets.ts';
import type { Handlers } from './operations-router.ts';

export function datasetsHandlers(datasets: DatasetRegistry): Handlers<typeof datasetOperations> {
  return {
    listDatasets({ identity: { roles } }) {
      const visible = [...datasets.values()].filter((dataset) => actingRole(dataset, roles) !== undefined);
      const body = {
        datasets: visible.map(({ name, title, description, params, formats, columns }) => ({
          name,
          title,
          description,
          params: z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
          formats: [...formats],
          columns: [...columns],
        })),
      };
      return { status: 200, body };
    },
  };
}
