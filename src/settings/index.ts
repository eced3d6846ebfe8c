import { z } from 'zod';
import { access } from './access.ts';
import { api } from './api.ts';
import { audit } from './audit.ts';
import { bulk } from './bulk.ts';
import { connections } from './connections.ts';
import { console } from './console.ts';
import { exports } from './exports.ts';
import { general } from './general.ts';
import { imports } from './imports.ts';
import { messages } from './messages.ts';
import { schedules } from './schedules.ts';
import { storage } from './storage.ts';
import { worker } from './worker.ts';

/** Settings that belong together, as docs/configuration.md shows them. */
export const settingGroups = [
  general,
  api,
  access,
  console,
  connections,
  storage,
  imports,
  exports,
  bulk,
  messages,
  schedules,
  audit,
  worker,
];

/**
 * Every setting. The description is the documentation; the schema is the rule. An empty variable counts as not set.
 */
export const settings = z.object({
  ...general.settings,
  ...api.settings,
  ...access.settings,
  ...console.settings,
  ...connections.settings,
  ...storage.settings,
  ...imports.settings,
  ...exports.settings,
  ...bulk.settings,
  ...messages.settings,
  ...schedules.settings,
  ...audit.settings,
  ...worker.settings,
});
