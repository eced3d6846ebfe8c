import { adminOperations } from './admin.ts';
import { bulkOperations } from './bulk-exports.ts';
import { datasetOperations } from './datasets.ts';
import { eventOperations } from './events.ts';
import { exportOperations } from './exports.ts';
import { historyOperations } from './history.ts';
import { importOperations } from './imports.ts';
import { limitOperations } from './limits.ts';
import { manifestOperations } from './manifests.ts';
import { notificationOperations } from './notifications.ts';
import { previewOperations } from './preview.ts';
import { scheduleOperations } from './schedules.ts';
import { documentOperations, healthOperations } from './service.ts';
import { webhookOperations } from './webhooks.ts';

/** The whole HTTP interface. The names are the operation ids of the OpenAPI document. */
export const operations = {
  ...exportOperations,
  ...eventOperations,
  ...bulkOperations,
  ...previewOperations,
  ...historyOperations,
  ...limitOperations,
  ...manifestOperations,
  ...notificationOperations,
  ...webhookOperations,
  ...importOperations,
  ...scheduleOperations,
  ...adminOperations,
  ...datasetOperations,
  ...healthOperations,
  ...documentOperations,
};
