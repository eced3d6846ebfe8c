import { z } from 'zod';
import { actingRole } from '../auth/rights.ts';
import type { BundleFile, Role } from '../export/dataset.ts';
import { viewFor } from '../export/dataset-view.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { datasetOperations } from './contract/datasets.ts';
import type { Handlers } from './operations-router.ts';

export function datasetsHandlers(datasets: DatasetRegistry): Handlers<typeof datasetOperations> {
  return {
    listDatasets({ identity: { roles } }) {
      const visible = [...datasets.values()].flatMap((dataset) => {
        const role = actingRole(dataset, roles);
        return role === undefined ? [] : [{ dataset, role, view: viewFor(dataset, role) }];
      });
      const body = {
        datasets: visible.map(
          ({ dataset: { name, title, description, params, formats, files, sort }, role, view }) => ({
            name,
            title,
            description,
            params: z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
            formats: [...formats],
            columns: [...view.columns],
            leftOut: [...view.leftOut],
            sort: sort === undefined ? null : { columns: [...view.sortable], default: [...sort.default] },
            ...(files === undefined ? {} : { files: files.map((file) => fileOfBundle(file, role)) }),
          }),
        ),
      };
      return { status: 200, body };
    },
  };
}

function fileOfBundle({ name, description, format, dataset, options }: BundleFile, role: Role) {
  const { columns, leftOut } = viewFor(dataset, role, options);
  return { name, description, format, columns: [...columns], leftOut: [...leftOut] };
}
