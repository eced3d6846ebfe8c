import { Router } from 'express';
import { z } from 'zod';
import { actingRole } from '../auth/rights.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { identityOf } from './authenticate.ts';
import { onlyMethods } from './problem.ts';

/** What may be exported by the one who asks: enough to build a form from. */
export function datasetsRouter(datasets: DatasetRegistry): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const { roles } = identityOf(request);
    const visible = [...datasets.values()].filter((dataset) => actingRole(dataset, roles) !== undefined);
    response.json({
      datasets: visible.map(({ name, title, description, params, formats, columns }) => ({
        name,
        title,
        description,
        params: z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
        formats,
        columns,
      })),
    });
  });
  router.all('/', onlyMethods('GET'));
  return router;
}
