import { datasetOperations } from './datasets.ts';
import { exportOperations } from './exports.ts';
import { previewOperations } from './preview.ts';
import { documentOperations, healthOperations } from './service.ts';

/** The whole HTTP interface. The names are the operation ids of the OpenAPI document. */
export const operations = {
  ...exportOperations,
  ...previewOperations,
  ...datasetOperations,
  ...healthOperations,
  ...documentOperations,
};
