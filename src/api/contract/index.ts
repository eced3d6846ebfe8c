import { datasetOperations } from './datasets.ts';
import { exportOperations } from './exports.ts';
import { historyOperations } from './history.ts';
import { notificationOperations } from './notifications.ts';
import { previewOperations } from './preview.ts';
import { documentOperations, healthOperations } from './service.ts';
import { webhookOperations } from './webhooks.ts';

/** The whole HTTP interface. The names are the operation ids of the OpenAPI document. */
export const operations = {
  ...exportOperations,
  ...previewOperations,
  ...historyOperations,
  ...notificationOperations,
  ...webhookOperations,
  ...datasetOperations,
  ...healthOperations,
  ...documentOperations,
};
