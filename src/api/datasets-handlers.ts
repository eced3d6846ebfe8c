import { z } from 'zod';
import { actingRole } from '../auth/rights.ts';
import { viewFor } from '../export/dataset-view.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { datasetOperations } from './contract/datasets.ts';
import type { Handlers } from './operations-router.ts';

export function datasetsHandlers(datasets: DatasetRegistry): Handlers<typeof datasetOperations> {
  return {
    listDatasets({ identity: { roles } }) {
      const visible = [...datasets.values()].flatMap((dataset) => {
        const role = actingRole(dataset, roles);
        return role === undefined ? [] : [{ dataset, view: viewFor(dataset, role) }];
      });
      const body = {
        datasets: visible.map(({ dataset: { name, title, description, params, formats, sort }, view }) => ({
          name,
          title,
          description,
          params: z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
          formats: [...formats],
          columns: [...view.columns],
          leftOut: [...view.leftOut],
          sort: sort === undefined ? null : { columns: [...view.sortable], default: [...sort.default] },
        })),
      };
      return { status: 200, body };
    },
  };
}
