// Generated from docs/openapi.json by `npm run docs`. Do not edit.

export interface paths {
  '/v1/exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List exports, newest first
     * @description A user sees the exports they asked for, an admin every export of their tenant.
     */
    get: operations['listExports'];
    put?: never;
    /**
     * Ask for an export
     * @description The answer is a promise: the export is recorded, and it will end, also when the queue or a worker is down just now.
     */
    post: operations['requestExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look at an export */
    get: operations['getExport'];
    put?: never;
    post?: never;
    /**
     * Delete an export and its files
     * @description In whatever state it is. It is gone for every client at once, and stopped if it was running.
     */
    delete: operations['deleteExport'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel an export
     * @description A worker that runs it stops within about a second. Cancelling twice does no harm.
     */
    post: operations['cancelExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Have a failed export run once more
     * @description As it was asked for, with all its attempts anew. It counts against the limits of who asked for it.
     */
    post: operations['retryExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/expire': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Remove the files of an export before their time
     * @description The export stays, as `expired`. Expiring twice does no harm.
     */
    post: operations['expireExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/download': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download a file of an export
     * @description Rights are checked on every request. Then a link to the storage is signed, which needs no key and is good for five minutes at most. Give people this address, never the signed link.
     */
    get: operations['downloadExport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/link': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Have a link to the file signed
     * @description The link of a download, as JSON: for pages, which cannot read where a redirect goes. Rights are checked on every request.
     */
    get: operations['linkExport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Watch an export
     * @description Server-sent events: one at once, one whenever the export has changed, and then the stream ends when the export has. Between them come comments, so that nothing on the way takes the stream for dead. Where it breaks off, ask again with the id of the last event. A stream also ends when its key is revoked or its token expires.
     */
    get: operations['watchExport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List bulk exports of the tenant, newest first */
    get: operations['listBulkExports'];
    put?: never;
    /**
     * Ask for an export for each of many subjects
     * @description Each is made as if its subject had asked for it, and is theirs too.
     */
    post: operations['requestBulkExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look at a bulk export */
    get: operations['getBulkExport'];
    put?: never;
    post?: never;
    /** Delete a bulk export, all its exports and their files */
    delete: operations['deleteBulkExport'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports/{id}/exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List its subjects, and what has become of each */
    get: operations['listBulkSubjects'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a bulk export
     * @description What is completed stays; a worker cancels the rest and writes the manifest.
     */
    post: operations['cancelBulkExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Export again what failed
     * @description A new export is made for each subject whose export failed, and for no other.
     */
    post: operations['retryBulkExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports/{id}/manifest': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the manifest
     * @description One line a subject: subject, status, rows, bytes, sha256, link, error. The links ask for rights on every click.
     */
    get: operations['downloadManifest'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/bulk-exports/{id}/manifest/link': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Have a link to the manifest signed
     * @description The link of a download, as JSON: for pages, which cannot read where a redirect goes.
     */
    get: operations['linkManifest'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * See how the file would begin
     * @description Takes what asking for an export takes, and answers with the first rows, by the very way that the export would take, and a guess at the whole. Nothing is recorded.
     */
    post: operations['previewExport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/history': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See what happened to an export */
    get: operations['getHistory'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/downloads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See who downloaded the file of an export */
    get: operations['listDownloads'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/limits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See how your limits stand
     * @description Those of exports, the subject’s before the tenant’s. Writing requests are counted by each process for itself.
     */
    get: operations['getLimits'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/manifest': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See what a file of an export holds, signed
     * @description The same document is beside the file in storage, and `rowferry verify` checks a file by it. It outlives the file, and goes with the record.
     */
    get: operations['getManifest'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See who was told of an export
     * @description An admin also sees what the webhooks of the tenant hear of it.
     */
    get: operations['listNotifications'];
    put?: never;
    /**
     * Have somebody told how an export ends
     * @description In addition to those whom the request named, as long as the export has not ended.
     */
    post: operations['addNotifications'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/{id}/notifications/{notificationId}/redeliver': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a message once more */
    post: operations['redeliverNotification'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List webhooks */
    get: operations['listWebhooks'];
    put?: never;
    /** Make a webhook */
    post: operations['createWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look at a webhook */
    get: operations['getWebhook'];
    put?: never;
    post?: never;
    /** Delete a webhook */
    delete: operations['deleteWebhook'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/{id}/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give a webhook another secret
     * @description For a while messages are signed by both.
     */
    post: operations['rotateWebhookSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/{id}/enable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Enable a webhook that was disabled */
    post: operations['enableWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/{id}/deliveries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See what a webhook was sent, and what it answered */
    get: operations['listDeliveries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/webhooks/{id}/deliveries/{notificationId}/redeliver': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send a webhook a message once more */
    post: operations['redeliverToWebhook'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/imports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Bring a file back into the tables
     * @description A form of two parts: `import`, which is JSON, and then `file`. The answer comes when the file has arrived; a worker reads it.
     */
    post: operations['createImport'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/imports/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Look at an import
     * @description How far it is, and at its end what became of each row.
     */
    get: operations['getImport'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/schedules': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List schedules, newest first
     * @description A user sees their own, an admin all of their tenant.
     */
    get: operations['listSchedules'];
    put?: never;
    /**
     * Have an export made again and again
     * @description Each time it is asked for with the rights, keys and limits of that moment.
     */
    post: operations['createSchedule'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/schedules/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Look at a schedule */
    get: operations['getSchedule'];
    put?: never;
    post?: never;
    /**
     * Delete a schedule
     * @description The exports that it asked for stay.
     */
    delete: operations['deleteSchedule'];
    options?: never;
    head?: never;
    /**
     * Change a schedule
     * @description What is left out stays as it is; `notify` and `params` are replaced as a whole. An admin changes when somebody else’s schedule runs, its owner alone what it asks for and whom it tells.
     */
    patch: operations['changeSchedule'];
    trace?: never;
  };
  '/v1/schedules/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pause a schedule
     * @description Pausing twice does no harm.
     */
    post: operations['pauseSchedule'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/schedules/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let a paused schedule go on
     * @description With its next due time; what was missed is not made up for. Its owner brings the key that they have now.
     */
    post: operations['resumeSchedule'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/schedules/{id}/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See what became of the due times of a schedule */
    get: operations['listRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Find exports of the tenant, newest first */
    get: operations['listAllExports'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/exports/failures': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See why exports of the tenant failed */
    get: operations['listFailures'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/audit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See who did what, newest first
     * @description The dataset `audit-log` exports the same as a file.
     */
    get: operations['listAuditEntries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/queue': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See what waits and what runs */
    get: operations['getQueue'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/throughput': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** See what was done in the last 24 hours */
    get: operations['getThroughput'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Find messages about exports and bulk exports of the tenant, newest first */
    get: operations['listAllNotifications'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/admin/notifications/{notificationId}/redeliver': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Send any message of the tenant once more */
    post: operations['redeliverAnyNotification'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/datasets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What may be exported by the one who asks
     * @description Enough to build a form from.
     */
    get: operations['listDatasets'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/livez': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process answers */
    get: operations['livez'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether requests should come
     * @description A queue that is away does not make the API unready: it still accepts exports, and they run when it is back.
     */
    get: operations['readyz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This document */
    get: operations['openapi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description Not found. */
    NotFoundProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:not_found';
      /** @enum {string} */
      title: 'Not found';
      /** @enum {number} */
      status: 404;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'not_found';
    };
    /** @description This address does not take this method. */
    MethodNotAllowedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:method_not_allowed';
      /** @enum {string} */
      title: 'This address does not take this method';
      /** @enum {number} */
      status: 405;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'method_not_allowed';
    };
    AskedExport: {
      /**
       * Format: uuid
       * @description Id of an export.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      id: string;
      dataset: string;
      /**
       * @description The first of `formats`.
       * @enum {string}
       */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description A file is made of each. */
      formats: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      params: {
        [key: string]: unknown;
      };
      options: components['schemas']['ExportOptions'];
      /** @description Who asked for it. */
      subject: string;
      /**
       * Format: uuid
       * @description The schedule that asked for it, where one did.
       */
      scheduleId?: string;
      /**
       * Format: uuid
       * @description The bulk export that it belongs to, where it does.
       */
      bulkExportId?: string;
      /** @enum {string} */
      status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired';
      /** @description Which try this is; 0 before the first. */
      attempt: number;
      /** @description Its place among those that wait as it does: 1 is started next. Null unless it is queued, and while more than 10,000 are before it. */
      queuePosition: number | null;
      progress: components['schemas']['Progress'];
      /** @description The first of `files`, until they are there. */
      file: components['schemas']['File'] | null;
      /** @description One for each of `formats`, all at once; none until they are there. */
      files: components['schemas']['File'][];
      /** @description Unless it failed. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description In UTC.
       */
      startedAt: string | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      finishedAt: string | null;
      links: {
        self: string;
        /** @description There while there is a file; `?format=` names another than the first. */
        download?: string;
        /** @description There once there was one. */
        manifest?: string;
      };
      /** @description Who will hear of its end, where the request named any. */
      notify?: {
        /** @description Addresses that will hear of its end. */
        email: string[];
        webhook: {
          url: string;
          /** @description Signs the message; it is told here and nowhere else. */
          secret: string;
        } | null;
      };
    };
    ExportOptions: {
      /**
       * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
       * @enum {string}
       */
      compression: 'none' | 'gzip' | 'zip';
      /**
       * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
       * @enum {string}
       */
      preset?: 'round-trip' | 'excel';
      /** @description Only these columns of the dataset, in this order. */
      columns?: string[];
      /** @description By these columns of the dataset, `-` before one for the greatest first. */
      sort?: string[];
      /**
       * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
       * @enum {string}
       */
      since?: 'last';
      /**
       * @description What stands in the header.
       * @enum {string}
       */
      headers?: 'keys' | 'labels';
      /**
       * @description Between the fields of CSV.
       * @enum {string}
       */
      delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
      /** @enum {string} */
      lineEnd?: 'lf' | 'crlf';
      /**
       * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
       * @enum {string}
       */
      encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
      /** @description Quotes around every value; NULL has none. */
      quoteAll?: boolean;
      /**
       * @description What stands for NULL. A text like it is quoted.
       * @enum {string}
       */
      nullText?: '' | 'NULL' | '\\N';
      /**
       * @description In numbers.
       * @enum {string}
       */
      decimalSeparator?: 'point' | 'comma';
      /**
       * @description Of dates, and of the day of times.
       * @enum {string}
       */
      dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
      /** @description Name of the time zone that times are told in. */
      timeZone?: string;
      /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
      formulaGuard?: boolean;
      /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
      rowsPerFile?: number;
    };
    Progress: {
      /** @description Written so far. */
      rows: number;
      /** @description Written so far. */
      bytes: number;
      /** @description PostgreSQL’s guess; null while there is none. */
      estimatedRows: number | null;
      /** @description Below 100 until the file is there. */
      percent: number | null;
      /** @description Seconds left; null while nothing is known. */
      etaSeconds: number | null;
    };
    /** @description A file of a completed export. */
    File: {
      /** @enum {string} */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      name: string;
      bytes: number;
      rows: number;
      /** @description Hex, of the file as it is downloaded. */
      sha256: string | null;
      contentType: string;
      /**
       * @description What was done to text that a spreadsheet would run or read as something else, and is to be undone: docs/formats.md.
       * @enum {string}
       */
      formulaGuard: 'none' | 'text-formula' | 'quote-prefix';
      /** @description For files that were made before this was recorded. */
      encoder: components['schemas']['Encoder'] | null;
      /** @description In the order of the file. */
      columns: string[] | null;
      /** @description Those whose values are for another role; something stands in their place. */
      masked: string[] | null;
      /** @description Of a bundle: what is in the zip. */
      files?: components['schemas']['FileOfBundle'][];
      /**
       * Format: date-time
       * @description Then the file is removed. In UTC.
       */
      expiresAt: string | null;
    };
    /** @description Which way rows take into the file. */
    Encoder: {
      /**
       * @description Both write the same file; `bytes` is faster.
       * @enum {string}
       */
      path: 'bytes' | 'rows';
      /** @description Why, for people. */
      reason: string;
    };
    FileOfBundle: {
      name: string;
      rows: number;
      /** @description Unpacked. */
      bytes: number;
      /** @description Hex, of the file as it is unpacked. */
      sha256: string;
      /** @enum {string} */
      formulaGuard: 'none' | 'text-formula' | 'quote-prefix';
      /** @description In the order of the file. */
      columns: string[];
      /** @description Those whose values are for another role; something stands in their place. */
      masked: string[];
    };
    /** @description Why an export failed. */
    Failure: {
      /** @description Stable, for programs; docs/api.md lists them. */
      code: string;
      /** @description For people. */
      message: string;
    };
    /** @description The request is not valid. */
    InvalidRequestProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:invalid_request';
      /** @enum {string} */
      title: 'The request is not valid';
      /** @enum {number} */
      status: 400;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'invalid_request';
      /** @description Each place where something is wrong. */
      errors: components['schemas']['Fault'][];
    };
    Fault: {
      /** @description JSON pointer (RFC 6901) into the body. */
      pointer?: string;
      /** @description Name of a query parameter. */
      parameter?: string;
      /** @description Name of a header. */
      header?: string;
      /** @description What is wrong there. */
      detail: string;
    };
    /** @description The request body is not JSON. */
    MalformedBodyProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:malformed_body';
      /** @enum {string} */
      title: 'The request body is not JSON';
      /** @enum {number} */
      status: 400;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'malformed_body';
    };
    /** @description A valid API key or token is needed. */
    UnauthenticatedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:unauthenticated';
      /** @enum {string} */
      title: 'A valid API key or token is needed';
      /** @enum {number} */
      status: 401;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'unauthenticated';
    };
    /** @description Not allowed. */
    ForbiddenProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:forbidden';
      /** @enum {string} */
      title: 'Not allowed';
      /** @enum {number} */
      status: 403;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'forbidden';
      /** @description Where it is about a part of the body. */
      errors?: components['schemas']['Fault'][];
    };
    /** @description The same request is being answered. */
    IdempotencyKeyInFlightProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:idempotency_key_in_flight';
      /** @enum {string} */
      title: 'The same request is being answered';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'idempotency_key_in_flight';
    };
    /** @description Too many targets for one export. */
    TooManyTargetsProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_targets';
      /** @enum {string} */
      title: 'Too many targets for one export';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_targets';
    };
    /** @description The export was deleted. */
    ExportDeletedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:export_deleted';
      /** @enum {string} */
      title: 'The export was deleted';
      /** @enum {number} */
      status: 410;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'export_deleted';
    };
    /** @description The request body is too large. */
    BodyTooLargeProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:body_too_large';
      /** @enum {string} */
      title: 'The request body is too large';
      /** @enum {number} */
      status: 413;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'body_too_large';
    };
    /** @description The request body has another type. */
    UnsupportedMediaTypeProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:unsupported_media_type';
      /** @enum {string} */
      title: 'The request body has another type';
      /** @enum {number} */
      status: 415;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'unsupported_media_type';
    };
    /** @description The Idempotency-Key belongs to another request. */
    IdempotencyKeyReusedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:idempotency_key_reused';
      /** @enum {string} */
      title: 'The Idempotency-Key belongs to another request';
      /** @enum {number} */
      status: 422;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'idempotency_key_reused';
    };
    /** @description Too many failed attempts. */
    TooManyFailuresProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_failures';
      /** @enum {string} */
      title: 'Too many failed attempts';
      /** @enum {number} */
      status: 429;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_failures';
      /** @description When to come back. */
      retryAfterSeconds: number;
    };
    /** @description A limit is reached. */
    LimitReachedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:limit_reached';
      /** @enum {string} */
      title: 'A limit is reached';
      /** @enum {number} */
      status: 429;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'limit_reached';
      /** @description Which limit. */
      limit: {
        name: string;
        quota: number;
      };
      /** @description When to come back. */
      retryAfterSeconds: number;
    };
    /** @description Too many requests at once. */
    TooManyAtOnceProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_at_once';
      /** @enum {string} */
      title: 'Too many requests at once';
      /** @enum {number} */
      status: 429;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_at_once';
    };
    /** @description Something went wrong here. */
    InternalErrorProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:internal_error';
      /** @enum {string} */
      title: 'Something went wrong here';
      /** @enum {number} */
      status: 500;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'internal_error';
    };
    /** @description Temporarily not available. */
    UnavailableProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:unavailable';
      /** @enum {string} */
      title: 'Temporarily not available';
      /** @enum {number} */
      status: 503;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'unavailable';
    };
    NewExport: {
      /** @description Name of a dataset. */
      dataset: string;
      /**
       * @description One of the dataset’s formats. Default: `csv`, or the first of a dataset without it.
       * @enum {string}
       */
      format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description In place of `format`: a file of each, from one pass over the rows. */
      formats?: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      /**
       * @description The dataset’s parameters. The one that says whose rows these are is filled in for a user.
       * @default {}
       */
      params?: {
        [key: string]: unknown;
      };
      /**
       * @description How the file is written.
       * @default {}
       */
      options?: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /**
       * @description Who hears how it ends.
       * @default {}
       */
      notify?: {
        email?: true | string[];
        webhook?: {
          url: string;
        };
      };
    };
    ExportPage: {
      exports: components['schemas']['Export'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    Export: {
      /**
       * Format: uuid
       * @description Id of an export.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      id: string;
      dataset: string;
      /**
       * @description The first of `formats`.
       * @enum {string}
       */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description A file is made of each. */
      formats: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      params: {
        [key: string]: unknown;
      };
      options: components['schemas']['ExportOptions'];
      /** @description Who asked for it. */
      subject: string;
      /**
       * Format: uuid
       * @description The schedule that asked for it, where one did.
       */
      scheduleId?: string;
      /**
       * Format: uuid
       * @description The bulk export that it belongs to, where it does.
       */
      bulkExportId?: string;
      /** @enum {string} */
      status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired';
      /** @description Which try this is; 0 before the first. */
      attempt: number;
      /** @description Its place among those that wait as it does: 1 is started next. Null unless it is queued, and while more than 10,000 are before it. */
      queuePosition: number | null;
      progress: components['schemas']['Progress'];
      /** @description The first of `files`, until they are there. */
      file: components['schemas']['File'] | null;
      /** @description One for each of `formats`, all at once; none until they are there. */
      files: components['schemas']['File'][];
      /** @description Unless it failed. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description In UTC.
       */
      startedAt: string | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      finishedAt: string | null;
      links: {
        self: string;
        /** @description There while there is a file; `?format=` names another than the first. */
        download?: string;
        /** @description There once there was one. */
        manifest?: string;
      };
    };
    /** @description The export has ended. */
    AlreadyEndedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:already_ended';
      /** @enum {string} */
      title: 'The export has ended';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'already_ended';
    };
    /** @description The export has not failed. */
    NotFailedProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:not_failed';
      /** @enum {string} */
      title: 'The export has not failed';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'not_failed';
    };
    /** @description There is no file yet. */
    NotReadyProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:not_ready';
      /** @enum {string} */
      title: 'There is no file yet';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'not_ready';
    };
    /** @description The file is gone. */
    ExpiredProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:expired';
      /** @enum {string} */
      title: 'The file is gone';
      /** @enum {number} */
      status: 410;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'expired';
    };
    DownloadLink: {
      /** Format: uri */
      url: string;
      /** @description Then it is dead. */
      expiresInSeconds: number;
    };
    /** @description Too many streams are open. */
    TooManyStreamsProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_streams';
      /** @enum {string} */
      title: 'Too many streams are open';
      /** @enum {number} */
      status: 429;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_streams';
    };
    /** @description No more streams can be opened. */
    StreamsFullProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:streams_full';
      /** @enum {string} */
      title: 'No more streams can be opened';
      /** @enum {number} */
      status: 503;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'streams_full';
    };
    AskedBulkExport: {
      /**
       * Format: uuid
       * @description Id of a bulk export.
       * @example 9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11
       */
      id: string;
      dataset: string;
      /** @enum {string} */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      params: {
        [key: string]: unknown;
      };
      options: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /** @description Where the subjects come from; `list`: they were listed. */
      subjects:
        | 'all'
        | 'list'
        | {
            named: string;
            params: {
              [key: string]: unknown;
            };
          };
      requestedBy: string;
      /** @enum {string} */
      status:
        | 'preparing'
        | 'running'
        | 'cancelling'
        | 'completed'
        | 'completed_with_failures'
        | 'failed'
        | 'cancelled';
      /** @description Counted up by a retry after the end. */
      round: number;
      counts: components['schemas']['BulkCounts'];
      progress: {
        /** @description Written so far. */
        rows: number;
        /** @description Written so far. */
        bytes: number;
        /** @description Of the subjects; null until they are known. */
        percent: number | null;
        /** @description Seconds left; null while nothing is known. */
        etaSeconds: number | null;
      };
      /** @description Null until the end, and after its time. */
      manifest: {
        csv: components['schemas']['ManifestFile'];
        json: components['schemas']['ManifestFile'];
      } | null;
      /** @description Why the subjects could not be found, or the manifest not be stored; null otherwise. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description In UTC.
       */
      startedAt: string | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      finishedAt: string | null;
      /**
       * Format: date-time
       * @description Then the manifest is removed. In UTC.
       */
      expiresAt: string | null;
      links: {
        self: string;
        exports: string;
        /** @description There while there is one. */
        manifest?: string;
      };
      /** @description Who will hear of its end. */
      notify?: {
        /** @description Addresses that will hear of its end. */
        email: string[];
        webhook: {
          url: string;
          /** @description Signs the message; it is told here and nowhere else. */
          secret: string;
        } | null;
      };
    };
    /** @description Subjects by what has become of their export. */
    BulkCounts: {
      total: number;
      waiting: number;
      queued: number;
      running: number;
      completed: number;
      failed: number;
      cancelled: number;
      expired: number;
      deleted: number;
    };
    ManifestFile: {
      name: string;
      bytes: number;
      /** @description Hex. */
      sha256: string;
    };
    /** @description Too many bulk exports at once. */
    TooManyBulkExportsProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_bulk_exports';
      /** @enum {string} */
      title: 'Too many bulk exports at once';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_bulk_exports';
    };
    NewBulkExport: {
      /** @description Name of a dataset. */
      dataset: string;
      /**
       * @description One of the dataset’s formats. Default: `csv`, or the first of a dataset without it.
       * @enum {string}
       */
      format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /**
       * @description The dataset’s parameters besides the one that takes the subject.
       * @default {}
       */
      params?: {
        [key: string]: unknown;
      };
      /**
       * @description How the file is written.
       * @default {}
       */
      options?: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /** @description Whose rows: an export is made for each. */
      subjects:
        | 'all'
        | string[]
        | {
            /** @description Name of a query that the dataset declares. */
            named: string;
            /**
             * @description Its parameters.
             * @default {}
             */
            params?: {
              [key: string]: unknown;
            };
          };
      /**
       * @description Who hears how the bulk export ends.
       * @default {}
       */
      notify?: {
        email?: true | string[];
        webhook?: {
          url: string;
        };
        /**
         * @description Whether the tenant’s webhooks hear of each export as well.
         * @default false
         */
        exports?: boolean;
      };
    };
    BulkExportPage: {
      bulkExports: components['schemas']['BulkExport'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    BulkExport: {
      /**
       * Format: uuid
       * @description Id of a bulk export.
       * @example 9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11
       */
      id: string;
      dataset: string;
      /** @enum {string} */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      params: {
        [key: string]: unknown;
      };
      options: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /** @description Where the subjects come from; `list`: they were listed. */
      subjects:
        | 'all'
        | 'list'
        | {
            named: string;
            params: {
              [key: string]: unknown;
            };
          };
      requestedBy: string;
      /** @enum {string} */
      status:
        | 'preparing'
        | 'running'
        | 'cancelling'
        | 'completed'
        | 'completed_with_failures'
        | 'failed'
        | 'cancelled';
      /** @description Counted up by a retry after the end. */
      round: number;
      counts: components['schemas']['BulkCounts'];
      progress: {
        /** @description Written so far. */
        rows: number;
        /** @description Written so far. */
        bytes: number;
        /** @description Of the subjects; null until they are known. */
        percent: number | null;
        /** @description Seconds left; null while nothing is known. */
        etaSeconds: number | null;
      };
      /** @description Null until the end, and after its time. */
      manifest: {
        csv: components['schemas']['ManifestFile'];
        json: components['schemas']['ManifestFile'];
      } | null;
      /** @description Why the subjects could not be found, or the manifest not be stored; null otherwise. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description In UTC.
       */
      startedAt: string | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      finishedAt: string | null;
      /**
       * Format: date-time
       * @description Then the manifest is removed. In UTC.
       */
      expiresAt: string | null;
      links: {
        self: string;
        exports: string;
        /** @description There while there is one. */
        manifest?: string;
      };
    };
    BulkExportDetail: {
      /**
       * Format: uuid
       * @description Id of a bulk export.
       * @example 9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11
       */
      id: string;
      dataset: string;
      /** @enum {string} */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      params: {
        [key: string]: unknown;
      };
      options: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /** @description Where the subjects come from; `list`: they were listed. */
      subjects:
        | 'all'
        | 'list'
        | {
            named: string;
            params: {
              [key: string]: unknown;
            };
          };
      requestedBy: string;
      /** @enum {string} */
      status:
        | 'preparing'
        | 'running'
        | 'cancelling'
        | 'completed'
        | 'completed_with_failures'
        | 'failed'
        | 'cancelled';
      /** @description Counted up by a retry after the end. */
      round: number;
      counts: components['schemas']['BulkCounts'];
      progress: {
        /** @description Written so far. */
        rows: number;
        /** @description Written so far. */
        bytes: number;
        /** @description Of the subjects; null until they are known. */
        percent: number | null;
        /** @description Seconds left; null while nothing is known. */
        etaSeconds: number | null;
      };
      /** @description Null until the end, and after its time. */
      manifest: {
        csv: components['schemas']['ManifestFile'];
        json: components['schemas']['ManifestFile'];
      } | null;
      /** @description Why the subjects could not be found, or the manifest not be stored; null otherwise. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description In UTC.
       */
      startedAt: string | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      finishedAt: string | null;
      /**
       * Format: date-time
       * @description Then the manifest is removed. In UTC.
       */
      expiresAt: string | null;
      links: {
        self: string;
        exports: string;
        /** @description There while there is one. */
        manifest?: string;
      };
      /** @description Exports that failed, by reason, the most frequent first. */
      failures: {
        code: string;
        /** @description Of one of them. */
        message: string;
        count: number;
        /** @description The first ones. */
        subjects: string[];
      }[];
    };
    BulkSubjectPage: {
      exports: components['schemas']['BulkSubject'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    /** @description What has become of one subject. */
    BulkSubject: {
      subject: string;
      /** @enum {string} */
      status: 'waiting' | 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired' | 'deleted';
      rows: number;
      bytes: number;
      sha256: string | null;
      /** @description Unless it failed. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: uuid
       * @description Of its last export; null before there is one.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      exportId: string | null;
      links: {
        export?: string;
        download?: string;
      };
    };
    /** @description Nothing has failed. */
    NothingToRetryProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:nothing_to_retry';
      /** @enum {string} */
      title: 'Nothing has failed';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'nothing_to_retry';
    };
    Preview: {
      dataset: string;
      /** @enum {string} */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      params: {
        [key: string]: unknown;
      };
      options: components['schemas']['ExportOptions'];
      /** @description Exactly how the file would begin now, before it is packed; as CSV, where the format is no text. Empty for a bundle. */
      text: string;
      /** @description Rows in `text`. */
      rows: number;
      /** @description Whether that is the whole file. */
      complete: boolean;
      /** @description In the order of the file. */
      columns: string[];
      /** @description Those whose values are for another role; something stands in their place. */
      masked: string[];
      encoder: components['schemas']['Encoder'];
      /** @description Of the whole export. */
      estimate: {
        /** @description PostgreSQL’s guess; exact when the preview is complete. */
        rows: number;
        /** @description Of the file before it is packed: rows times the size of those shown. */
        bytes: number;
        /** @description From the start of the export to the file. */
        seconds: number;
      };
      /** @description Of a bundle: how each of its files would begin. */
      files?: {
        name: string;
        text: string;
        rows: number;
        complete: boolean;
        /** @description In the order of the file. */
        columns: string[];
        /** @description Those whose values are for another role; something stands in their place. */
        masked: string[];
      }[];
    };
    /** @description The first rows are too large to be shown. */
    PreviewTooLargeProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:preview_too_large';
      /** @enum {string} */
      title: 'The first rows are too large to be shown';
      /** @enum {number} */
      status: 422;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'preview_too_large';
    };
    /** @description The first rows did not come in time. */
    PreviewTimedOutProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:preview_timed_out';
      /** @enum {string} */
      title: 'The first rows did not come in time';
      /** @enum {number} */
      status: 504;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'preview_timed_out';
    };
    ExportContent: {
      /** @description Name of a dataset. */
      dataset: string;
      /**
       * @description One of the dataset’s formats. Default: `csv`, or the first of a dataset without it.
       * @enum {string}
       */
      format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description In place of `format`: a file of each, from one pass over the rows. */
      formats?: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      /**
       * @description The dataset’s parameters. The one that says whose rows these are is filled in for a user.
       * @default {}
       */
      params?: {
        [key: string]: unknown;
      };
      /**
       * @description How the file is written.
       * @default {}
       */
      options?: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
    };
    /** @description One thing that happened to an export. */
    ExportEvent: {
      /** Format: date-time */
      at: string;
      /**
       * @description For programs.
       * @enum {string}
       */
      kind:
        | 'requested'
        | 'started'
        | 'taken_over'
        | 'retry_scheduled'
        | 'handed_back'
        | 'lane_left'
        | 'completed'
        | 'failed'
        | 'cancelled'
        | 'retried'
        | 'expired'
        | 'expired_early'
        | 'file_removed'
        | 'deleted'
        | 'readded'
        | 'hurried'
        | 'leftovers_removed';
      /** @description Which attempt it happened to; 0 before the first. */
      attempt: number;
      /** @description What happened and what was done, for people. */
      text: string;
    };
    /** @description One link to the file that was given out. */
    Download: {
      /** Format: date-time */
      at: string;
      /** @description Who. */
      subject: string | null;
      /** @description In which role. */
      role: string | null;
      /** @description The user in whose name a back end did. */
      actedAs: string | null;
    };
    /** @description How one limit stands. */
    Limit: {
      /** @description As in `RateLimit-Policy`. */
      name: string;
      /** @description For people. */
      text: string;
      quota: number;
      remaining: number;
      /** @enum {string} */
      unit: 'concurrent-requests' | 'requests' | 'rows' | 'content-bytes';
      /** @description Null where it is no matter of time. */
      windowSeconds: number | null;
      /** @description When to come back if nothing remains. */
      resetSeconds: number;
    };
    SignedManifest: {
      manifest: {
        /**
         * @description Of this form.
         * @enum {number}
         */
        version: 1;
        generator: {
          /** @enum {string} */
          name: 'rowferry';
          version: string;
        };
        /** Format: uuid */
        exportId: string;
        /** @description Of the export’s attempts the one whose file this is. */
        attempt: number;
        tenant: string;
        /** @description Whose export it is. */
        subject: string;
        dataset: {
          name: string;
          /** @description The same for files whose columns have the same names, types and order. */
          schema: string;
        };
        params: {
          [key: string]: unknown;
        };
        format: string;
        options: {
          [key: string]: unknown;
        };
        columns: {
          name: string;
          type: string;
          /** @description The values are not the true ones: the one who asked may not see those. */
          masked: boolean;
        }[];
        /** @description Of a bundle, which has no columns but theirs: what is in the zip, unpacked. */
        files?: {
          name: string;
          dataset: {
            name: string;
            /** @description The same for files whose columns have the same names, types and order. */
            schema: string;
          };
          format: string;
          options: {
            [key: string]: unknown;
          };
          columns: {
            name: string;
            type: string;
            /** @description The values are not the true ones: the one who asked may not see those. */
            masked: boolean;
          }[];
          /**
           * @description What was done to text that a spreadsheet would run or read as something else (docs/formats.md). With `text-formula`, a value such as `="007"` stands for what is between its quotes, and one apostrophe is to be taken from every value that begins with one; with `apostrophe`, which older files have, only that.
           * @enum {string}
           */
          formulaGuard: 'none' | 'apostrophe' | 'text-formula' | 'quote-prefix';
          rows: number;
          bytes: number;
          sha256: string;
        }[];
        snapshot: {
          /** @description Every row is as it was then, by the clock of the database it was read from. */
          takenAt: string;
          /** @description PostgreSQL’s own name of it, as `pg_current_snapshot()` gives it. */
          id: string;
          /** @description Where it was taken: system identifier and timeline. There for datasets that know what has changed, unless they read a replica. */
          server?: string;
        };
        /** @description Of a file of changes: between which snapshots they happened. */
        since?: {
          /** @description Null where there was none: the file holds all there is. */
          from: {
            /** @description Every row is as it was then, by the clock of the database it was read from. */
            takenAt: string;
            /** @description PostgreSQL’s own name of it, as `pg_current_snapshot()` gives it. */
            id: string;
            /** @description Where it was taken: system identifier and timeline. There for datasets that know what has changed, unless they read a replica. */
            server?: string;
          } | null;
          to: {
            /** @description Every row is as it was then, by the clock of the database it was read from. */
            takenAt: string;
            /** @description PostgreSQL’s own name of it, as `pg_current_snapshot()` gives it. */
            id: string;
            /** @description Where it was taken: system identifier and timeline. There for datasets that know what has changed, unless they read a replica. */
            server?: string;
          };
          /**
           * Format: uuid
           * @description The one that `from` is of.
           */
          export: string | null;
        };
        file: {
          name: string;
          contentType: string;
          /**
           * @description What was done to text that a spreadsheet would run or read as something else (docs/formats.md). With `text-formula`, a value such as `="007"` stands for what is between its quotes, and one apostrophe is to be taken from every value that begins with one; with `apostrophe`, which older files have, only that.
           * @enum {string}
           */
          formulaGuard: 'none' | 'apostrophe' | 'text-formula' | 'quote-prefix';
          rows: number;
          bytes: number;
          /** @description Of the file as it is stored, hexadecimal. */
          sha256: string;
        };
      };
      /** @description Null where rowferry has no `MANIFEST_SIGNING_KEY`. */
      signature: {
        /** @enum {string} */
        algorithm: 'Ed25519';
        /** @description Which key: the beginning of the SHA-256 of the public one, hexadecimal. */
        keyId: string;
        /** @description Over the canonical form (RFC 8785) of `manifest`. */
        value: string;
      } | null;
    };
    /** @description One message about an export. */
    Notification: {
      /**
       * Format: uuid
       * @description Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives.
       * @example 3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11
       */
      id: string;
      /** @enum {string} */
      kind: 'completed' | 'failed' | 'expiring' | 'bulk_completed';
      /** @enum {string} */
      channel: 'email' | 'webhook';
      /** @description Address or URL; null for a webhook of the tenant. */
      target: string | null;
      /**
       * Format: uuid
       * @description Where it is a webhook of the tenant.
       */
      webhookId: string | null;
      /** @enum {string} */
      state: 'pending' | 'delivered' | 'failed';
      /** @description How often it was tried. */
      attempt: number;
      /** @description Of the last answer. */
      lastStatus: number | null;
      /** @description What went wrong the last time. */
      lastError: string | null;
      /** Format: date-time */
      createdAt: string;
      /**
       * Format: date-time
       * @description When it is tried again.
       */
      nextAt: string | null;
      /** Format: date-time */
      endedAt: string | null;
    };
    NotifyAnswer: {
      /** @description Addresses that will hear of its end. */
      email: string[];
      webhook: {
        url: string;
        /** @description Signs the message; it is told here and nowhere else. */
        secret: string;
      } | null;
    };
    /** @description The webhook is disabled. */
    WebhookDisabledProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:webhook_disabled';
      /** @enum {string} */
      title: 'The webhook is disabled';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'webhook_disabled';
    };
    WebhookWithSecret: {
      /**
       * Format: uuid
       * @description Id of a webhook.
       * @example 0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1
       */
      id: string;
      url: string;
      /** Format: date-time */
      createdAt: string;
      /**
       * Format: date-time
       * @description Since when every message has failed.
       */
      failingSince: string | null;
      disabled: {
        /** Format: date-time */
        at: string;
        reason: string | null;
      } | null;
      /**
       * Format: date-time
       * @description Until then messages are signed by the secret before, too.
       */
      previousSecretUntil: string | null;
      links: {
        self: string;
        deliveries: string;
      };
      /** @description Signs the messages. Shown here, and never again. */
      secret: string;
    };
    /** @description Too many webhooks. */
    TooManyWebhooksProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_webhooks';
      /** @enum {string} */
      title: 'Too many webhooks';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_webhooks';
    };
    /** @description There are no webhooks here. */
    WebhooksOffProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:webhooks_off';
      /** @enum {string} */
      title: 'There are no webhooks here';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'webhooks_off';
    };
    NewWebhook: {
      /** @description Where messages go. */
      url: string;
    };
    /** @description Hears of every export of the tenant. */
    Webhook: {
      /**
       * Format: uuid
       * @description Id of a webhook.
       * @example 0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1
       */
      id: string;
      url: string;
      /** Format: date-time */
      createdAt: string;
      /**
       * Format: date-time
       * @description Since when every message has failed.
       */
      failingSince: string | null;
      disabled: {
        /** Format: date-time */
        at: string;
        reason: string | null;
      } | null;
      /**
       * Format: date-time
       * @description Until then messages are signed by the secret before, too.
       */
      previousSecretUntil: string | null;
      links: {
        self: string;
        deliveries: string;
      };
    };
    /** @description One attempt to deliver a message. */
    Delivery: {
      /**
       * Format: uuid
       * @description Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives.
       * @example 3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11
       */
      notificationId: string;
      /**
       * Format: uuid
       * @description Null where it is about a bulk export.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      exportId: string | null;
      /**
       * Format: uuid
       * @description Null where it is about an export.
       */
      bulkExportId: string | null;
      /** @enum {string} */
      kind: 'completed' | 'failed' | 'expiring' | 'bulk_completed';
      attempt: number;
      /** Format: date-time */
      at: string;
      /** @description Of the answer; null where there was none. */
      status: number | null;
      milliseconds: number;
      error: string | null;
    };
    Import: {
      /**
       * Format: uuid
       * @description Id of an import.
       * @example 0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11
       */
      id: string;
      dataset: string;
      params: {
        [key: string]: unknown;
      };
      preset: string | null;
      /**
       * @description As it was asked for; `report` has what the file was.
       * @enum {string|null}
       */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | null;
      options: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      } | null;
      /** @enum {string} */
      onInvalid: 'reject-file' | 'reject-batch' | 'skip-row';
      dryRun: boolean;
      /** @description Who asked for it. */
      subject: string;
      /** @enum {string} */
      status: 'queued' | 'running' | 'completed' | 'failed';
      /** @description Which try this is; 0 before the first. */
      attempt: number;
      file: {
        bytes: number;
      };
      progress: {
        /** @description Read so far. */
        rows: number;
      };
      /** @description Null until it is completed. */
      report: components['schemas']['ImportReport'] | null;
      /** @description Null unless it failed. Then nothing was written. */
      error: {
        code: string;
        message: string;
      } | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      startedAt: string | null;
      /** Format: date-time */
      finishedAt: string | null;
      links: {
        self: string;
      };
    };
    /** @description What is in a file, and what became of it. */
    ImportReport: {
      /** @enum {string} */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx';
      /** @description As whose file it was read; null: as ours. */
      preset: string | null;
      /** @description `new`, `duplicate` and `invalid` together. */
      rows: number;
      /** @description Not in the tables yet. */
      new: number;
      /** @description In the tables already; they stay as they are. */
      duplicate: number;
      invalid: number;
      /** @description New ones that an invalid row takes with it. */
      withheld: number;
      /** @description 0 in a dry run. */
      written: number;
      /** @description The first ones. */
      invalidRows: {
        /** @description Counts rows from 1. */
        row: number;
        /** @description Where it begins: line of the text, or row of the sheet; from 1. */
        line: number;
        /** @description The sheet, or the file in a zip, or both; null where there is only one. */
        part: string | null;
        /** @description Null where it is about the whole row. */
        column: string | null;
        reason: string;
      }[];
      /** @description Those for which there is no place. */
      ignoredColumns: string[];
    };
    NewImport: {
      /** @description Name of a dataset that takes imports. */
      dataset: string;
      /**
       * @description As of an export: whose rows they become.
       * @default {}
       */
      params?: {
        [key: string]: unknown;
      };
      /** @description Whose file it is. Left out: its header says so. */
      preset?: string;
      /**
       * @description Of the file. Left out: its content says so.
       * @enum {string}
       */
      format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx';
      /** @description How it was written, where an export wrote it with options: those of its manifest, or of the export. What they did to values is taken back. */
      options?: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /**
       * @description What an invalid row takes with it: the file, its batch, or only itself.
       * @default reject-file
       * @enum {string}
       */
      onInvalid?: 'reject-file' | 'reject-batch' | 'skip-row';
      /**
       * @description Says what would be written, and writes nothing.
       * @default false
       */
      dryRun?: boolean;
    };
    ScheduleWithSecret: {
      /**
       * Format: uuid
       * @description Id of a schedule.
       * @example 5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22
       */
      id: string;
      title: string;
      cron: string;
      timeZone: string;
      dataset: string;
      /**
       * @description The first of `formats`.
       * @enum {string}
       */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description A file is made of each. */
      formats: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      params: {
        [key: string]: unknown;
      };
      options: components['schemas']['ExportOptions'];
      notify: {
        email: string[];
        webhook: {
          url: string;
        } | null;
      };
      /** @description Whose exports they are. */
      subject: string;
      /**
       * @description In which they are asked for.
       * @enum {string}
       */
      role: 'user' | 'admin';
      paused: {
        /** Format: date-time */
        at: string;
        reason: string;
      } | null;
      /** @description The next five due times; none while paused. */
      nextRuns: string[];
      lastRun: components['schemas']['ScheduleRun'] | null;
      /** Format: date-time */
      createdAt: string;
      links: {
        self: string;
        runs: string;
        exports: string;
      };
      /** @description Signs what its webhook gets. There where the request named one, and never shown again. */
      webhookSecret?: string;
    };
    /** @description What became of one due time. */
    ScheduleRun: {
      /**
       * Format: date-time
       * @description When it was due.
       */
      plannedAt: string;
      /**
       * Format: date-time
       * @description When it was run.
       */
      at: string;
      /**
       * @description `requested`: an export was made; `joined`: the same was under way; `limited`, `refused`: there is none.
       * @enum {string}
       */
      outcome: 'requested' | 'joined' | 'limited' | 'refused';
      /** @description Due times before it that it makes up for; beyond 1000 not counted. */
      missed: number;
      /**
       * Format: uuid
       * @description Id of an export.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      exportId: string | null;
      /**
       * @description As the export is now.
       * @enum {string|null}
       */
      exportStatus: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired' | null;
      /** @description Why there is no export. */
      reason: {
        code: string;
        message: string;
      } | null;
    };
    /** @description Too many schedules. */
    TooManySchedulesProblem: {
      /** @enum {string} */
      type: 'urn:rowferry:problem:too_many_schedules';
      /** @enum {string} */
      title: 'Too many schedules';
      /** @enum {number} */
      status: 409;
      /** @description What happened and what to do, for people. */
      detail: string;
      /** @enum {string} */
      code: 'too_many_schedules';
    };
    NewSchedule: {
      /** @description For people. The dataset’s title when left out. */
      title?: string;
      /** @description Minute, hour, day of the month, month, day of the week, on a clock in `timeZone`. */
      cron: string;
      /**
       * @description Name in the IANA database.
       * @default UTC
       */
      timeZone?: string;
      /** @description Name of a dataset. */
      dataset: string;
      /**
       * @description One of the dataset’s formats. Default: `csv`, or the first of a dataset without it.
       * @enum {string}
       */
      format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description In place of `format`: a file of each, from one pass over the rows. */
      formats?: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      /**
       * @description The dataset’s parameters. The one that says whose rows these are is filled in for a user.
       * @default {}
       */
      params?: {
        [key: string]: unknown;
      };
      /**
       * @description How the file is written.
       * @default {}
       */
      options?: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      /**
       * @description Who hears how each export ends.
       * @default {}
       */
      notify?: {
        email?: true | string[];
        webhook?: {
          url: string;
        };
      };
    };
    SchedulePage: {
      schedules: components['schemas']['Schedule'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    /** @description Asks for an export again and again. */
    Schedule: {
      /**
       * Format: uuid
       * @description Id of a schedule.
       * @example 5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22
       */
      id: string;
      title: string;
      cron: string;
      timeZone: string;
      dataset: string;
      /**
       * @description The first of `formats`.
       * @enum {string}
       */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description A file is made of each. */
      formats: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      params: {
        [key: string]: unknown;
      };
      options: components['schemas']['ExportOptions'];
      notify: {
        email: string[];
        webhook: {
          url: string;
        } | null;
      };
      /** @description Whose exports they are. */
      subject: string;
      /**
       * @description In which they are asked for.
       * @enum {string}
       */
      role: 'user' | 'admin';
      paused: {
        /** Format: date-time */
        at: string;
        reason: string;
      } | null;
      /** @description The next five due times; none while paused. */
      nextRuns: string[];
      lastRun: components['schemas']['ScheduleRun'] | null;
      /** Format: date-time */
      createdAt: string;
      links: {
        self: string;
        runs: string;
        exports: string;
      };
    };
    ScheduleChange: {
      /** @description For people. The dataset’s title when left out. */
      title?: string;
      /** @description Minute, hour, day of the month, month, day of the week, on a clock in `timeZone`. */
      cron?: string;
      /** @description Name in the IANA database. */
      timeZone?: string;
      /** @enum {string} */
      format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description In place of `format`: a file of each, from one pass over the rows. */
      formats?: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      params?: {
        [key: string]: unknown;
      };
      options?: {
        /**
         * @description `gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.
         * @default none
         * @enum {string}
         */
        compression?: 'none' | 'gzip' | 'zip';
        /**
         * @description `round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.
         * @enum {string}
         */
        preset?: 'round-trip' | 'excel';
        /** @description Only these columns of the dataset, in this order. */
        columns?: string[];
        /** @description By these columns of the dataset, `-` before one for the greatest first. */
        sort?: string[];
        /**
         * @description Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.
         * @enum {string}
         */
        since?: 'last';
        /**
         * @description What stands in the header.
         * @enum {string}
         */
        headers?: 'keys' | 'labels';
        /**
         * @description Between the fields of CSV.
         * @enum {string}
         */
        delimiter?: 'comma' | 'semicolon' | 'tab' | 'pipe';
        /** @enum {string} */
        lineEnd?: 'lf' | 'crlf';
        /**
         * @description `utf-8-bom` and `utf-16le` begin with a byte order mark.
         * @enum {string}
         */
        encoding?: 'utf-8' | 'utf-8-bom' | 'utf-16le';
        /** @description Quotes around every value; NULL has none. */
        quoteAll?: boolean;
        /**
         * @description What stands for NULL. A text like it is quoted.
         * @enum {string}
         */
        nullText?: '' | 'NULL' | '\\N';
        /**
         * @description In numbers.
         * @enum {string}
         */
        decimalSeparator?: 'point' | 'comma';
        /**
         * @description Of dates, and of the day of times.
         * @enum {string}
         */
        dateFormat?: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
        /** @description Name of the time zone that times are told in. */
        timeZone?: string;
        /** @description Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md. */
        formulaGuard?: boolean;
        /** @description Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`. */
        rowsPerFile?: number;
      };
      notify?: {
        email?: true | string[];
        webhook?: {
          url: string;
        };
      };
    };
    AdminExportPage: {
      exports: components['schemas']['AdminExport'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    AdminExport: {
      /**
       * Format: uuid
       * @description Id of an export.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      id: string;
      dataset: string;
      /**
       * @description The first of `formats`.
       * @enum {string}
       */
      format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      /** @description A file is made of each. */
      formats: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      params: {
        [key: string]: unknown;
      };
      options: components['schemas']['ExportOptions'];
      /** @description Who asked for it. */
      subject: string;
      /**
       * Format: uuid
       * @description The schedule that asked for it, where one did.
       */
      scheduleId?: string;
      /**
       * Format: uuid
       * @description The bulk export that it belongs to, where it does.
       */
      bulkExportId?: string;
      /** @enum {string} */
      status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired';
      /** @description Which try this is; 0 before the first. */
      attempt: number;
      /** @description Its place among those that wait as it does: 1 is started next. Null unless it is queued, and while more than 10,000 are before it. */
      queuePosition: number | null;
      progress: components['schemas']['Progress'];
      /** @description The first of `files`, until they are there. */
      file: components['schemas']['File'] | null;
      /** @description One for each of `formats`, all at once; none until they are there. */
      files: components['schemas']['File'][];
      /** @description Unless it failed. */
      error: components['schemas']['Failure'] | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description In UTC.
       */
      startedAt: string | null;
      /**
       * Format: date-time
       * @description In UTC.
       */
      finishedAt: string | null;
      links: {
        self: string;
        /** @description There while there is a file; `?format=` names another than the first. */
        download?: string;
        /** @description There once there was one. */
        manifest?: string;
      };
      /**
       * @description In which it was asked for.
       * @enum {string}
       */
      role: 'user' | 'admin';
    };
    FailureGroup: {
      /** @description As in `error.code` of an export. */
      code: string;
      /** @description Exports that failed for it. */
      count: number;
      /** @description Whose exports they are. */
      subjects: number;
      datasets: string[];
      /** Format: date-time */
      firstAt: string;
      /** @description The newest of them. */
      latest: {
        /** Format: uuid */
        id: string;
        /** Format: date-time */
        at: string;
        message: string;
      };
    };
    AuditPage: {
      entries: components['schemas']['AuditEntry'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    AuditEntry: {
      id: string;
      /** Format: date-time */
      at: string;
      actor: {
        /**
         * @description What proved who acts.
         * @enum {string}
         */
        kind: 'key' | 'token' | 'cli' | 'schedule' | 'system' | 'unknown';
        subject: string | null;
        role: string | null;
        /** Format: uuid */
        keyId: string | null;
        /** @description The user in whose name a back end acted. */
        actedAs: string | null;
      };
      /** @description What was done; docs/audit.md lists them, and there may be new ones. */
      act: string;
      /** @description What it was done to. */
      object: {
        kind: string;
        id: string;
      } | null;
      details: {
        [key: string]: unknown;
      };
      ip: string | null;
      userAgent: string | null;
      /** @description As in the log of the API. */
      requestId: string | null;
    };
    /** @description What is still to be done for a tenant, as its records say. */
    AdminQueue: {
      /** @description Small exports take the fast one. */
      lanes: {
        /** @enum {string} */
        lane: 'normal' | 'fast' | 'bulk';
        queued: number;
        running: number;
        /** @description Of those queued: they wait for their next attempt. */
        delayed: number;
        /** @description Of those that are due. */
        oldestQueuedSeconds: number | null;
        oldestRunningSeconds: number | null;
      }[];
      notifications: {
        due: number;
        /** @description For their next try. */
        waiting: number;
        oldestDueSeconds: number | null;
      };
    };
    /** @description What was done in an hour. */
    Throughput: {
      /**
       * Format: date-time
       * @description Its beginning.
       */
      hour: string;
      /** @description Exports that were asked for. */
      requested: number;
      /** @description Of exports that ended in this hour. */
      rows: number;
      /** @description The same. */
      bytes: number;
    };
    AdminNotificationPage: {
      notifications: components['schemas']['AdminNotification'][];
      /** @description `cursor` of the next page; null on the last. */
      nextCursor: string | null;
    };
    AdminNotification: {
      /**
       * Format: uuid
       * @description Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives.
       * @example 3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11
       */
      id: string;
      /** @enum {string} */
      kind: 'completed' | 'failed' | 'expiring' | 'bulk_completed';
      /** @enum {string} */
      channel: 'email' | 'webhook';
      /** @description Address or URL; null for a webhook of the tenant. */
      target: string | null;
      /**
       * Format: uuid
       * @description Where it is a webhook of the tenant.
       */
      webhookId: string | null;
      /** @enum {string} */
      state: 'pending' | 'delivered' | 'failed';
      /** @description How often it was tried. */
      attempt: number;
      /** @description Of the last answer. */
      lastStatus: number | null;
      /** @description What went wrong the last time. */
      lastError: string | null;
      /** Format: date-time */
      createdAt: string;
      /**
       * Format: date-time
       * @description When it is tried again.
       */
      nextAt: string | null;
      /** Format: date-time */
      endedAt: string | null;
      /**
       * Format: uuid
       * @description The export that it is about.
       * @example 48c6a37f-8c7e-461f-9cd4-edbf09688108
       */
      exportId: string | null;
      /**
       * Format: uuid
       * @description The bulk export that it is about.
       * @example 9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11
       */
      bulkExportId: string | null;
      /** @description Of either. */
      dataset: string;
    };
    DatasetList: {
      datasets: components['schemas']['Dataset'][];
    };
    Dataset: {
      name: string;
      title: string;
      description: string;
      /** @description JSON Schema of the parameters. */
      params: {
        [key: string]: unknown;
      };
      formats: ('csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip')[];
      /** @description In the order of the file. */
      columns: components['schemas']['Column'][];
      /** @description Columns that are for another role, and not in the file. */
      leftOut: string[];
      /** @description Null where there is one order only. */
      sort: {
        /** @description What the option `sort` may name, with or without a `-` before it. */
        columns: string[];
        /** @description The order without that option. */
        default: string[];
      } | null;
      /** @description Of a bundle, which has no columns but theirs: what is in the zip, beside `index.html`. */
      files?: {
        name: string;
        description: string;
        /** @enum {string} */
        format: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet';
        /** @description In the order of the file. */
        columns: components['schemas']['Column'][];
        /** @description Columns that are for another role, and not in the file. */
        leftOut: string[];
      }[];
    };
    Column: {
      name: string;
      /** @description Header for people. */
      label: string;
      /** @enum {string} */
      type: 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp';
      description: string;
      /** @description Something stands in place of its values: they are for another role. */
      masked: boolean;
    };
    Readiness: {
      /** @enum {string} */
      status: 'ok' | 'unavailable';
      /** @description The parts that are needed, by name. */
      checks: {
        [key: string]: 'ok' | 'unavailable';
      };
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listExports: {
    parameters: {
      query?: {
        /** @description Only those with this status. */
        status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired';
        /** @description Only those of this dataset. */
        dataset?: string;
        /** @description Only those that this schedule asked for. */
        scheduleId?: string;
        /** @description Exports a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description `true`: only those that oneself has asked for; of an admin too. */
        mine?: 'true' | 'false';
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "exports": [
           *         {
           *           "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *           "dataset": "diary",
           *           "format": "csv",
           *           "formats": [
           *             "csv"
           *           ],
           *           "params": {
           *             "userId": "1"
           *           },
           *           "options": {
           *             "compression": "none"
           *           },
           *           "subject": "1",
           *           "status": "completed",
           *           "attempt": 1,
           *           "queuePosition": null,
           *           "progress": {
           *             "rows": 200000,
           *             "bytes": 16297198,
           *             "estimatedRows": 200000,
           *             "percent": 100,
           *             "etaSeconds": 0
           *           },
           *           "file": {
           *             "format": "csv",
           *             "name": "diary-2026-11-22.csv",
           *             "bytes": 16297198,
           *             "rows": 200000,
           *             "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *             "contentType": "text/csv; charset=utf-8; header=present",
           *             "formulaGuard": "none",
           *             "encoder": {
           *               "path": "bytes",
           *               "reason": "plain columns as csv need no JavaScript"
           *             },
           *             "columns": [
           *               "title",
           *               "year",
           *               "director",
           *               "rating",
           *               "comment",
           *               "watched_at",
           *               "external_metadata_id"
           *             ],
           *             "masked": [],
           *             "expiresAt": "2026-11-29T11:35:24.015Z"
           *           },
           *           "files": [
           *             {
           *               "format": "csv",
           *               "name": "diary-2026-11-22.csv",
           *               "bytes": 16297198,
           *               "rows": 200000,
           *               "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *               "contentType": "text/csv; charset=utf-8; header=present",
           *               "formulaGuard": "none",
           *               "encoder": {
           *                 "path": "bytes",
           *                 "reason": "plain columns as csv need no JavaScript"
           *               },
           *               "columns": [
           *                 "title",
           *                 "year",
           *                 "director",
           *                 "rating",
           *                 "comment",
           *                 "watched_at",
           *                 "external_metadata_id"
           *               ],
           *               "masked": [],
           *               "expiresAt": "2026-11-29T11:35:24.015Z"
           *             }
           *           ],
           *           "error": null,
           *           "createdAt": "2026-11-22T11:35:21.034Z",
           *           "startedAt": "2026-11-22T11:35:21.103Z",
           *           "finishedAt": "2026-11-22T11:35:24.015Z",
           *           "links": {
           *             "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *             "download": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/download",
           *             "manifest": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/manifest"
           *           }
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['ExportPage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  requestExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
        /** @description Of the client’s making; the same request with the same key makes nothing new. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "dataset": "diary",
         *       "format": "csv",
         *       "options": {
         *         "compression": "none"
         *       },
         *       "notify": {
         *         "email": [
         *           "ada@example.org"
         *         ]
         *       }
         *     }
         */
        'application/json': components['schemas']['NewExport'];
      };
    };
    responses: {
      /** @description There is one already: the same is queued or running, or was asked for with this key. */
      200: {
        headers: {
          /** @description Address of the export. */
          Location: string;
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After'?: number;
          /** @description It was asked for with this key. */
          'Idempotency-Replayed'?: 'true';
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subject": "1",
           *       "status": "queued",
           *       "attempt": 0,
           *       "queuePosition": 3,
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "estimatedRows": null,
           *         "percent": 0,
           *         "etaSeconds": null
           *       },
           *       "file": null,
           *       "files": [],
           *       "error": null,
           *       "createdAt": "2026-11-22T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "links": {
           *         "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108"
           *       }
           *     }
           */
          'application/json': components['schemas']['AskedExport'];
        };
      };
      /** @description Accepted. */
      202: {
        headers: {
          /** @description Address of the export. */
          Location: string;
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy': string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subject": "1",
           *       "status": "queued",
           *       "attempt": 0,
           *       "queuePosition": 3,
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "estimatedRows": null,
           *         "percent": 0,
           *         "etaSeconds": null
           *       },
           *       "file": null,
           *       "files": [],
           *       "error": null,
           *       "createdAt": "2026-11-22T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "links": {
           *         "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108"
           *       }
           *     }
           */
          'application/json': components['schemas']['AskedExport'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `idempotency_key_in_flight`: The same request is being answered. `too_many_targets`: Too many targets for one export. */
      409: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['IdempotencyKeyInFlightProblem']
            | components['schemas']['TooManyTargetsProblem'];
        };
      };
      /** @description `export_deleted`: The export was deleted. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ExportDeletedProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['IdempotencyKeyReusedProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. `too_many_at_once`: Too many requests at once. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['TooManyFailuresProblem']
            | components['schemas']['LimitReachedProblem']
            | components['schemas']['TooManyAtOnceProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The export as it is now. */
      200: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subject": "1",
           *       "status": "completed",
           *       "attempt": 1,
           *       "queuePosition": null,
           *       "progress": {
           *         "rows": 200000,
           *         "bytes": 16297198,
           *         "estimatedRows": 200000,
           *         "percent": 100,
           *         "etaSeconds": 0
           *       },
           *       "file": {
           *         "format": "csv",
           *         "name": "diary-2026-11-22.csv",
           *         "bytes": 16297198,
           *         "rows": 200000,
           *         "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *         "contentType": "text/csv; charset=utf-8; header=present",
           *         "formulaGuard": "none",
           *         "encoder": {
           *           "path": "bytes",
           *           "reason": "plain columns as csv need no JavaScript"
           *         },
           *         "columns": [
           *           "title",
           *           "year",
           *           "director",
           *           "rating",
           *           "comment",
           *           "watched_at",
           *           "external_metadata_id"
           *         ],
           *         "masked": [],
           *         "expiresAt": "2026-11-29T11:35:24.015Z"
           *       },
           *       "files": [
           *         {
           *           "format": "csv",
           *           "name": "diary-2026-11-22.csv",
           *           "bytes": 16297198,
           *           "rows": 200000,
           *           "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *           "contentType": "text/csv; charset=utf-8; header=present",
           *           "formulaGuard": "none",
           *           "encoder": {
           *             "path": "bytes",
           *             "reason": "plain columns as csv need no JavaScript"
           *           },
           *           "columns": [
           *             "title",
           *             "year",
           *             "director",
           *             "rating",
           *             "comment",
           *             "watched_at",
           *             "external_metadata_id"
           *           ],
           *           "masked": [],
           *           "expiresAt": "2026-11-29T11:35:24.015Z"
           *         }
           *       ],
           *       "error": null,
           *       "createdAt": "2026-11-22T11:35:21.034Z",
           *       "startedAt": "2026-11-22T11:35:21.103Z",
           *       "finishedAt": "2026-11-22T11:35:24.015Z",
           *       "links": {
           *         "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "download": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/download",
           *         "manifest": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/manifest"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  deleteExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  cancelExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is cancelled. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subject": "1",
           *       "status": "cancelled",
           *       "attempt": 0,
           *       "queuePosition": null,
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "estimatedRows": null,
           *         "percent": 0,
           *         "etaSeconds": null
           *       },
           *       "file": null,
           *       "files": [],
           *       "error": null,
           *       "createdAt": "2026-11-22T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": "2026-11-22T11:35:22.480Z",
           *       "links": {
           *         "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `already_ended`: The export has ended. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['AlreadyEndedProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  retryExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is queued. */
      202: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy': string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subject": "1",
           *       "status": "queued",
           *       "attempt": 0,
           *       "queuePosition": 3,
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "estimatedRows": null,
           *         "percent": 0,
           *         "etaSeconds": null
           *       },
           *       "file": null,
           *       "files": [],
           *       "error": null,
           *       "createdAt": "2026-11-22T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "links": {
           *         "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_failed`: The export has not failed. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFailedProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. `too_many_at_once`: Too many requests at once. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['TooManyFailuresProblem']
            | components['schemas']['LimitReachedProblem']
            | components['schemas']['TooManyAtOnceProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  expireExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They are gone. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subject": "1",
           *       "status": "expired",
           *       "attempt": 1,
           *       "queuePosition": null,
           *       "progress": {
           *         "rows": 200000,
           *         "bytes": 16297198,
           *         "estimatedRows": 200000,
           *         "percent": 100,
           *         "etaSeconds": 0
           *       },
           *       "file": {
           *         "format": "csv",
           *         "name": "diary-2026-11-22.csv",
           *         "bytes": 16297198,
           *         "rows": 200000,
           *         "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *         "contentType": "text/csv; charset=utf-8; header=present",
           *         "formulaGuard": "none",
           *         "encoder": {
           *           "path": "bytes",
           *           "reason": "plain columns as csv need no JavaScript"
           *         },
           *         "columns": [
           *           "title",
           *           "year",
           *           "director",
           *           "rating",
           *           "comment",
           *           "watched_at",
           *           "external_metadata_id"
           *         ],
           *         "masked": [],
           *         "expiresAt": "2026-11-29T11:35:24.015Z"
           *       },
           *       "files": [
           *         {
           *           "format": "csv",
           *           "name": "diary-2026-11-22.csv",
           *           "bytes": 16297198,
           *           "rows": 200000,
           *           "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *           "contentType": "text/csv; charset=utf-8; header=present",
           *           "formulaGuard": "none",
           *           "encoder": {
           *             "path": "bytes",
           *             "reason": "plain columns as csv need no JavaScript"
           *           },
           *           "columns": [
           *             "title",
           *             "year",
           *             "director",
           *             "rating",
           *             "comment",
           *             "watched_at",
           *             "external_metadata_id"
           *           ],
           *           "masked": [],
           *           "expiresAt": "2026-11-29T11:35:24.015Z"
           *         }
           *       ],
           *       "error": null,
           *       "createdAt": "2026-11-22T11:35:21.034Z",
           *       "startedAt": "2026-11-22T11:35:21.103Z",
           *       "finishedAt": "2026-11-22T11:35:24.015Z",
           *       "links": {
           *         "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "manifest": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/manifest"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_ready`: There is no file yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotReadyProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  downloadExport: {
    parameters: {
      query?: {
        /** @description One of the export’s formats. Default: the first. */
        format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file is at the signed link. */
      302: {
        headers: {
          /** @description The signed link. */
          Location: string;
          /** @description A link that is kept would be dead or in the wrong hands. */
          'Cache-Control': 'no-store';
          /** @description The link must not travel on. */
          'Referrer-Policy': 'no-referrer';
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_ready`: There is no file yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotReadyProblem'];
        };
      };
      /** @description `expired`: The file is gone. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ExpiredProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  linkExport: {
    parameters: {
      query?: {
        /** @description One of the export’s formats. Default: the first. */
        format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file is at the signed link, which needs no key. */
      200: {
        headers: {
          /** @description A link that is kept would be dead or in the wrong hands. */
          'Cache-Control': 'no-store';
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://storage.example.org/rowferry/exports/48c6a37f/diary-2026-11-22.csv?X-Amz-Signature=9f2c",
           *       "expiresInSeconds": 300
           *     }
           */
          'application/json': components['schemas']['DownloadLink'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_ready`: There is no file yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotReadyProblem'];
        };
      };
      /** @description `expired`: The file is gone. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ExpiredProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  watchExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
        /** @description The id of the last event that the client has had: that state is not sent again. */
        'Last-Event-ID'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The events, each named `export`; their data is the export as it is now. */
      200: {
        headers: {
          /** @description It is about now. */
          'Cache-Control': 'no-store';
          /** @description Asks proxies to pass each event on at once. */
          'X-Accel-Buffering': 'no';
          [name: string]: unknown;
        };
        content: {
          /**
           * @example retry: 1000
           *
           *     event: export
           *     id: 1763811321034000-f3a09Zk1_xQe
           *     data: {"id":"48c6a37f-8c7e-461f-9cd4-edbf09688108","dataset":"diary","format":"csv","formats":["csv"],"params":{"userId":"1"},"options":{"compression":"none"},"subject":"1","status":"queued","attempt":0,"queuePosition":3,"progress":{"rows":0,"bytes":0,"estimatedRows":null,"percent":0,"etaSeconds":null},"file":null,"files":[],"error":null,"createdAt":"2026-11-22T11:35:21.034Z","startedAt":null,"finishedAt":null,"links":{"self":"/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108"}}
           *
           *     : beat
           */
          'text/event-stream': string;
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `too_many_streams`: Too many streams are open. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['TooManyStreamsProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. `streams_full`: No more streams can be opened. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['UnavailableProblem'] | components['schemas']['StreamsFullProblem'];
        };
      };
    };
  };
  listBulkExports: {
    parameters: {
      query?: {
        /** @description Only those with this status. */
        status?:
          | 'preparing'
          | 'running'
          | 'cancelling'
          | 'completed'
          | 'completed_with_failures'
          | 'failed'
          | 'cancelled';
        /** @description How many a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "bulkExports": [
           *         {
           *           "id": "9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *           "dataset": "diary",
           *           "format": "csv",
           *           "params": {},
           *           "options": {
           *             "compression": "none"
           *           },
           *           "subjects": "all",
           *           "requestedBy": "operations",
           *           "status": "completed",
           *           "round": 1,
           *           "counts": {
           *             "waiting": 0,
           *             "queued": 0,
           *             "running": 0,
           *             "failed": 0,
           *             "cancelled": 0,
           *             "expired": 0,
           *             "deleted": 0,
           *             "total": 201,
           *             "completed": 201
           *           },
           *           "progress": {
           *             "rows": 205000,
           *             "bytes": 16712400,
           *             "percent": 100,
           *             "etaSeconds": 0
           *           },
           *           "manifest": {
           *             "csv": {
           *               "name": "diary-2026-11-24-manifest.csv",
           *               "bytes": 38112,
           *               "sha256": "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3"
           *             },
           *             "json": {
           *               "name": "diary-2026-11-24-manifest.json",
           *               "bytes": 51904,
           *               "sha256": "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c"
           *             }
           *           },
           *           "error": null,
           *           "createdAt": "2026-11-24T11:35:21.034Z",
           *           "startedAt": "2026-11-24T11:35:21.103Z",
           *           "finishedAt": "2026-11-24T11:35:29.015Z",
           *           "expiresAt": "2026-12-01T11:35:29.015Z",
           *           "links": {
           *             "self": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *             "exports": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/exports",
           *             "manifest": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/manifest"
           *           }
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['BulkExportPage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  requestBulkExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
        /** @description Of the client’s making; the same request with the same key makes nothing new. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "dataset": "diary",
         *       "subjects": "all",
         *       "notify": {
         *         "email": [
         *           "ada@example.org"
         *         ]
         *       }
         *     }
         */
        'application/json': components['schemas']['NewBulkExport'];
      };
    };
    responses: {
      /** @description Accepted. */
      202: {
        headers: {
          /** @description Address of the bulk export. */
          Location: string;
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description It was asked for with this key. */
          'Idempotency-Replayed'?: 'true';
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "params": {},
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subjects": "all",
           *       "requestedBy": "operations",
           *       "status": "preparing",
           *       "round": 1,
           *       "counts": {
           *         "waiting": 0,
           *         "queued": 0,
           *         "running": 0,
           *         "failed": 0,
           *         "cancelled": 0,
           *         "expired": 0,
           *         "deleted": 0,
           *         "total": 0,
           *         "completed": 0
           *       },
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "percent": null,
           *         "etaSeconds": null
           *       },
           *       "manifest": null,
           *       "error": null,
           *       "createdAt": "2026-11-24T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "expiresAt": null,
           *       "links": {
           *         "self": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *         "exports": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/exports"
           *       }
           *     }
           */
          'application/json': components['schemas']['AskedBulkExport'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `idempotency_key_in_flight`: The same request is being answered. `too_many_bulk_exports`: Too many bulk exports at once. */
      409: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['IdempotencyKeyInFlightProblem']
            | components['schemas']['TooManyBulkExportsProblem'];
        };
      };
      /** @description `export_deleted`: The export was deleted. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ExportDeletedProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['IdempotencyKeyReusedProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. `too_many_at_once`: Too many requests at once. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['TooManyFailuresProblem']
            | components['schemas']['LimitReachedProblem']
            | components['schemas']['TooManyAtOnceProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getBulkExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The bulk export as it is now. */
      200: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After'?: number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "params": {},
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subjects": "all",
           *       "requestedBy": "operations",
           *       "status": "completed",
           *       "round": 1,
           *       "counts": {
           *         "waiting": 0,
           *         "queued": 0,
           *         "running": 0,
           *         "failed": 0,
           *         "cancelled": 0,
           *         "expired": 0,
           *         "deleted": 0,
           *         "total": 201,
           *         "completed": 201
           *       },
           *       "progress": {
           *         "rows": 205000,
           *         "bytes": 16712400,
           *         "percent": 100,
           *         "etaSeconds": 0
           *       },
           *       "manifest": {
           *         "csv": {
           *           "name": "diary-2026-11-24-manifest.csv",
           *           "bytes": 38112,
           *           "sha256": "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3"
           *         },
           *         "json": {
           *           "name": "diary-2026-11-24-manifest.json",
           *           "bytes": 51904,
           *           "sha256": "5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c"
           *         }
           *       },
           *       "error": null,
           *       "createdAt": "2026-11-24T11:35:21.034Z",
           *       "startedAt": "2026-11-24T11:35:21.103Z",
           *       "finishedAt": "2026-11-24T11:35:29.015Z",
           *       "expiresAt": "2026-12-01T11:35:29.015Z",
           *       "links": {
           *         "self": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *         "exports": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/exports",
           *         "manifest": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/manifest"
           *       },
           *       "failures": []
           *     }
           */
          'application/json': components['schemas']['BulkExportDetail'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  deleteBulkExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone; a worker removes its exports. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listBulkSubjects: {
    parameters: {
      query?: {
        /** @description Only those with this status. */
        status?:
          'waiting' | 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired' | 'deleted';
        /** @description How many a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page, in the order of the subjects’ names. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "exports": [
           *         {
           *           "subject": "1",
           *           "status": "completed",
           *           "rows": 200000,
           *           "bytes": 16297198,
           *           "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *           "error": null,
           *           "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *           "links": {
           *             "export": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *             "download": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/download"
           *           }
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['BulkSubjectPage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  cancelBulkExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is being cancelled, or is cancelled already. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "params": {},
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subjects": "all",
           *       "requestedBy": "operations",
           *       "status": "cancelling",
           *       "round": 1,
           *       "counts": {
           *         "waiting": 0,
           *         "queued": 0,
           *         "running": 0,
           *         "failed": 0,
           *         "cancelled": 0,
           *         "expired": 0,
           *         "deleted": 0,
           *         "total": 0,
           *         "completed": 0
           *       },
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "percent": null,
           *         "etaSeconds": null
           *       },
           *       "manifest": null,
           *       "error": null,
           *       "createdAt": "2026-11-24T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "expiresAt": null,
           *       "links": {
           *         "self": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *         "exports": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/exports"
           *       }
           *     }
           */
          'application/json': components['schemas']['BulkExport'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `already_ended`: The export has ended. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['AlreadyEndedProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  retryBulkExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It goes on. */
      202: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "params": {},
           *       "options": {
           *         "compression": "none"
           *       },
           *       "subjects": "all",
           *       "requestedBy": "operations",
           *       "status": "running",
           *       "round": 2,
           *       "counts": {
           *         "waiting": 0,
           *         "queued": 0,
           *         "running": 0,
           *         "failed": 0,
           *         "cancelled": 0,
           *         "expired": 0,
           *         "deleted": 0,
           *         "total": 0,
           *         "completed": 0
           *       },
           *       "progress": {
           *         "rows": 0,
           *         "bytes": 0,
           *         "percent": null,
           *         "etaSeconds": null
           *       },
           *       "manifest": null,
           *       "error": null,
           *       "createdAt": "2026-11-24T11:35:21.034Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "expiresAt": null,
           *       "links": {
           *         "self": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11",
           *         "exports": "/v1/bulk-exports/9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11/exports"
           *       }
           *     }
           */
          'application/json': components['schemas']['BulkExport'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `nothing_to_retry`: Nothing has failed. `too_many_bulk_exports`: Too many bulk exports at once. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['NothingToRetryProblem']
            | components['schemas']['TooManyBulkExportsProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. `too_many_at_once`: Too many requests at once. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['TooManyFailuresProblem']
            | components['schemas']['LimitReachedProblem']
            | components['schemas']['TooManyAtOnceProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  downloadManifest: {
    parameters: {
      query?: {
        format?: 'csv' | 'json';
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file is at the signed link. */
      302: {
        headers: {
          /** @description The signed link. */
          Location: string;
          /** @description A link that is kept would be dead. */
          'Cache-Control': 'no-store';
          /** @description The link must not travel on. */
          'Referrer-Policy': 'no-referrer';
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_ready`: There is no file yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotReadyProblem'];
        };
      };
      /** @description `expired`: The file is gone. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ExpiredProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  linkManifest: {
    parameters: {
      query?: {
        format?: 'csv' | 'json';
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a bulk export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file is at the signed link, which needs no key. */
      200: {
        headers: {
          /** @description A link that is kept would be dead. */
          'Cache-Control': 'no-store';
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "url": "https://storage.example.org/rowferry/bulk/9a1f6f0e/diary-2026-11-24-manifest.csv?X-Amz-Signature=9f2c",
           *       "expiresInSeconds": 300
           *     }
           */
          'application/json': components['schemas']['DownloadLink'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_ready`: There is no file yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotReadyProblem'];
        };
      };
      /** @description `expired`: The file is gone. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ExpiredProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  previewExport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "dataset": "diary",
         *       "format": "csv",
         *       "options": {
         *         "compression": "none"
         *       }
         *     }
         */
        'application/json': components['schemas']['ExportContent'];
      };
    };
    responses: {
      /** @description The first rows. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "dataset": "diary",
           *       "format": "csv",
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "text": "title,year,director,rating,comment,watched_at,external_metadata_id\nAlien,1979,Ridley Scott,8.5,,2026-11-20,348\n",
           *       "rows": 1,
           *       "complete": false,
           *       "columns": [
           *         "title",
           *         "year",
           *         "director",
           *         "rating",
           *         "comment",
           *         "watched_at",
           *         "external_metadata_id"
           *       ],
           *       "masked": [],
           *       "encoder": {
           *         "path": "bytes",
           *         "reason": "plain columns as csv need no JavaScript"
           *       },
           *       "estimate": {
           *         "rows": 200237,
           *         "bytes": 8009547,
           *         "seconds": 1
           *       }
           *     }
           */
          'application/json': components['schemas']['Preview'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `preview_too_large`: The first rows are too large to be shown. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['PreviewTooLargeProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. `too_many_at_once`: Too many requests at once. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['TooManyFailuresProblem']
            | components['schemas']['LimitReachedProblem']
            | components['schemas']['TooManyAtOnceProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
      /** @description `preview_timed_out`: The first rows did not come in time. */
      504: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['PreviewTimedOutProblem'];
        };
      };
    };
  };
  getHistory: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "events": [
           *         {
           *           "at": "2026-11-24T10:00:00.000Z",
           *           "kind": "requested",
           *           "attempt": 0,
           *           "text": "The export was requested."
           *         },
           *         {
           *           "at": "2026-11-24T10:00:00.120Z",
           *           "kind": "started",
           *           "attempt": 1,
           *           "text": "Attempt 1 started."
           *         }
           *       ]
           *     }
           */
          'application/json': {
            events: components['schemas']['ExportEvent'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listDownloads: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The last hundred, newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "downloads": [
           *         {
           *           "at": "2026-11-24T10:05:00.000Z",
           *           "subject": "42",
           *           "role": "user",
           *           "actedAs": null
           *         }
           *       ]
           *     }
           */
          'application/json': {
            downloads: components['schemas']['Download'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getLimits: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "limits": [
           *         {
           *           "name": "subject-hour",
           *           "text": "A subject may have 200 exports an hour.",
           *           "quota": 200,
           *           "remaining": 199,
           *           "unit": "requests",
           *           "windowSeconds": 3600,
           *           "resetSeconds": 1534
           *         }
           *       ]
           *     }
           */
          'application/json': {
            limits: components['schemas']['Limit'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getManifest: {
    parameters: {
      query?: {
        /** @description One of the export’s formats. Default: the first. */
        format?: 'csv' | 'tsv' | 'ndjson' | 'json' | 'xlsx' | 'parquet' | 'zip';
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The manifest and its signature. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "manifest": {
           *         "version": 1,
           *         "generator": {
           *           "name": "rowferry",
           *           "version": "0.1.0"
           *         },
           *         "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "attempt": 1,
           *         "tenant": "default",
           *         "subject": "1",
           *         "dataset": {
           *           "name": "diary",
           *           "schema": "5a2f0a9c7b9d1f63"
           *         },
           *         "params": {
           *           "userId": "1"
           *         },
           *         "format": "csv",
           *         "options": {
           *           "compression": "none"
           *         },
           *         "columns": [
           *           {
           *             "name": "title",
           *             "type": "text",
           *             "masked": false
           *           },
           *           {
           *             "name": "year",
           *             "type": "integer",
           *             "masked": false
           *           }
           *         ],
           *         "snapshot": {
           *           "takenAt": "2026-11-22T11:35:21.120417Z",
           *           "id": "48211:48211:"
           *         },
           *         "file": {
           *           "name": "diary-2026-11-22.csv",
           *           "contentType": "text/csv; charset=utf-8; header=present",
           *           "formulaGuard": "none",
           *           "rows": 200000,
           *           "bytes": 16297198,
           *           "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3"
           *         }
           *       },
           *       "signature": {
           *         "algorithm": "Ed25519",
           *         "keyId": "2f1c6f0f9d0b7a54",
           *         "value": "NdU2zW0vX1Gk8Q=="
           *       }
           *     }
           */
          'application/json': components['schemas']['SignedManifest'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `not_ready`: There is no file yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotReadyProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listNotifications: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All messages about it, oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "notifications": [
           *         {
           *           "id": "3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11",
           *           "kind": "completed",
           *           "channel": "email",
           *           "target": "ada@example.org",
           *           "webhookId": null,
           *           "state": "delivered",
           *           "attempt": 1,
           *           "lastStatus": null,
           *           "lastError": null,
           *           "createdAt": "2026-11-24T10:00:00.000Z",
           *           "nextAt": null,
           *           "endedAt": "2026-11-24T10:00:01.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            notifications: components['schemas']['Notification'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  addNotifications: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": true
         *     }
         */
        'application/json': {
          email?: true | string[];
          webhook?: {
            url: string;
          };
        };
      };
    };
    responses: {
      /** @description They will hear of it. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "email": [
           *         "ada@example.org"
           *       ],
           *       "webhook": null
           *     }
           */
          'application/json': components['schemas']['NotifyAnswer'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `already_ended`: The export has ended. `too_many_targets`: Too many targets for one export. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['AlreadyEndedProblem'] | components['schemas']['TooManyTargetsProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  redeliverNotification: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an export. */
        id: string;
        /** @description Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives. */
        notificationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It will be sent once more. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `webhook_disabled`: The webhook is disabled. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['WebhookDisabledProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listWebhooks: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of the tenant. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "webhooks": [
           *         {
           *           "id": "0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *           "url": "https://app.example.org/hooks/rowferry",
           *           "createdAt": "2026-11-24T10:00:00.000Z",
           *           "failingSince": null,
           *           "disabled": null,
           *           "previousSecretUntil": null,
           *           "links": {
           *             "self": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *             "deliveries": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1/deliveries"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': {
            webhooks: components['schemas']['Webhook'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  createWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://app.example.org/hooks/rowferry"
         *     }
         */
        'application/json': components['schemas']['NewWebhook'];
      };
    };
    responses: {
      /** @description It is there. */
      201: {
        headers: {
          /** @description Address of the webhook. */
          Location: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *       "url": "https://app.example.org/hooks/rowferry",
           *       "createdAt": "2026-11-24T10:00:00.000Z",
           *       "failingSince": null,
           *       "disabled": null,
           *       "previousSecretUntil": null,
           *       "links": {
           *         "self": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *         "deliveries": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1/deliveries"
           *       },
           *       "secret": "whsec_…"
           *     }
           */
          'application/json': components['schemas']['WebhookWithSecret'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_webhooks`: Too many webhooks. `webhooks_off`: There are no webhooks here. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyWebhooksProblem'] | components['schemas']['WebhooksOffProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a webhook. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *       "url": "https://app.example.org/hooks/rowferry",
           *       "createdAt": "2026-11-24T10:00:00.000Z",
           *       "failingSince": null,
           *       "disabled": null,
           *       "previousSecretUntil": null,
           *       "links": {
           *         "self": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *         "deliveries": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1/deliveries"
           *       }
           *     }
           */
          'application/json': components['schemas']['Webhook'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  deleteWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a webhook. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone; what was waiting for it is not sent. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  rotateWebhookSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a webhook. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The new secret is in use. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *       "url": "https://app.example.org/hooks/rowferry",
           *       "createdAt": "2026-11-24T10:00:00.000Z",
           *       "failingSince": null,
           *       "disabled": null,
           *       "previousSecretUntil": null,
           *       "links": {
           *         "self": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *         "deliveries": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1/deliveries"
           *       },
           *       "secret": "whsec_…"
           *     }
           */
          'application/json': components['schemas']['WebhookWithSecret'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `webhooks_off`: There are no webhooks here. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['WebhooksOffProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  enableWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a webhook. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It hears of exports again. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *       "url": "https://app.example.org/hooks/rowferry",
           *       "createdAt": "2026-11-24T10:00:00.000Z",
           *       "failingSince": null,
           *       "disabled": null,
           *       "previousSecretUntil": null,
           *       "links": {
           *         "self": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1",
           *         "deliveries": "/v1/webhooks/0c2f6f2a-5d0e-4a3b-8a55-1d3c55f0e7b1/deliveries"
           *       }
           *     }
           */
          'application/json': components['schemas']['Webhook'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listDeliveries: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a webhook. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The last attempts, newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            deliveries: components['schemas']['Delivery'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  redeliverToWebhook: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a webhook. */
        id: string;
        /** @description Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives. */
        notificationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It will be sent once more. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `webhook_disabled`: The webhook is disabled. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['WebhookDisabledProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  createImport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
        /** @description Of the client’s making; the same request with the same key makes nothing new. */
        'Idempotency-Key'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'multipart/form-data': {
          import: components['schemas']['NewImport'];
          /** @description The file. */
          file: string;
        };
      };
    };
    responses: {
      /** @description The same file was sent with this key before. */
      200: {
        headers: {
          /** @description Address of the import. */
          Location: string;
          'Idempotency-Replayed': 'true';
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11",
           *       "dataset": "diary",
           *       "params": {
           *         "userId": "1"
           *       },
           *       "preset": null,
           *       "format": null,
           *       "options": null,
           *       "onInvalid": "skip-row",
           *       "dryRun": false,
           *       "subject": "1",
           *       "status": "completed",
           *       "attempt": 1,
           *       "file": {
           *         "bytes": 16297198
           *       },
           *       "progress": {
           *         "rows": 3
           *       },
           *       "report": {
           *         "format": "csv",
           *         "preset": null,
           *         "rows": 3,
           *         "new": 1,
           *         "duplicate": 1,
           *         "invalid": 1,
           *         "withheld": 0,
           *         "written": 1,
           *         "invalidRows": [
           *           {
           *             "row": 3,
           *             "line": 4,
           *             "part": null,
           *             "column": "rating",
           *             "reason": "“eleven” is not a number"
           *           }
           *         ],
           *         "ignoredColumns": []
           *       },
           *       "error": null,
           *       "createdAt": "2026-11-24T20:12:48.832Z",
           *       "startedAt": "2026-11-24T20:12:48.984Z",
           *       "finishedAt": "2026-11-24T20:12:50.120Z",
           *       "links": {
           *         "self": "/v1/imports/0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11"
           *       }
           *     }
           */
          'application/json': components['schemas']['Import'];
        };
      };
      /** @description Accepted. */
      202: {
        headers: {
          /** @description Address of the import. */
          Location: string;
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11",
           *       "dataset": "diary",
           *       "params": {
           *         "userId": "1"
           *       },
           *       "preset": null,
           *       "format": null,
           *       "options": null,
           *       "onInvalid": "skip-row",
           *       "dryRun": false,
           *       "subject": "1",
           *       "status": "queued",
           *       "attempt": 0,
           *       "file": {
           *         "bytes": 16297198
           *       },
           *       "progress": {
           *         "rows": 0
           *       },
           *       "report": null,
           *       "error": null,
           *       "createdAt": "2026-11-24T20:12:48.832Z",
           *       "startedAt": null,
           *       "finishedAt": null,
           *       "links": {
           *         "self": "/v1/imports/0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11"
           *       }
           *     }
           */
          'application/json': components['schemas']['Import'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `idempotency_key_reused`: The Idempotency-Key belongs to another request. */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['IdempotencyKeyReusedProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. `too_many_at_once`: Too many requests at once. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['TooManyFailuresProblem']
            | components['schemas']['LimitReachedProblem']
            | components['schemas']['TooManyAtOnceProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getImport: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of an import. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The import as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11",
           *       "dataset": "diary",
           *       "params": {
           *         "userId": "1"
           *       },
           *       "preset": null,
           *       "format": null,
           *       "options": null,
           *       "onInvalid": "skip-row",
           *       "dryRun": false,
           *       "subject": "1",
           *       "status": "completed",
           *       "attempt": 1,
           *       "file": {
           *         "bytes": 16297198
           *       },
           *       "progress": {
           *         "rows": 3
           *       },
           *       "report": {
           *         "format": "csv",
           *         "preset": null,
           *         "rows": 3,
           *         "new": 1,
           *         "duplicate": 1,
           *         "invalid": 1,
           *         "withheld": 0,
           *         "written": 1,
           *         "invalidRows": [
           *           {
           *             "row": 3,
           *             "line": 4,
           *             "part": null,
           *             "column": "rating",
           *             "reason": "“eleven” is not a number"
           *           }
           *         ],
           *         "ignoredColumns": []
           *       },
           *       "error": null,
           *       "createdAt": "2026-11-24T20:12:48.832Z",
           *       "startedAt": "2026-11-24T20:12:48.984Z",
           *       "finishedAt": "2026-11-24T20:12:50.120Z",
           *       "links": {
           *         "self": "/v1/imports/0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11"
           *       }
           *     }
           */
          'application/json': components['schemas']['Import'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listSchedules: {
    parameters: {
      query?: {
        /** @description Schedules a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "schedules": [
           *         {
           *           "id": "5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *           "title": "Diary, every Monday",
           *           "cron": "0 6 * * 1",
           *           "timeZone": "Europe/Berlin",
           *           "dataset": "diary",
           *           "format": "csv",
           *           "formats": [
           *             "csv"
           *           ],
           *           "params": {
           *             "userId": "1"
           *           },
           *           "options": {
           *             "compression": "none"
           *           },
           *           "notify": {
           *             "email": [
           *               "ada@example.org"
           *             ],
           *             "webhook": null
           *           },
           *           "subject": "1",
           *           "role": "user",
           *           "paused": null,
           *           "nextRuns": [
           *             "2026-11-30T05:00:00.000Z",
           *             "2026-12-07T05:00:00.000Z",
           *             "2026-12-14T05:00:00.000Z",
           *             "2026-12-21T05:00:00.000Z",
           *             "2026-12-28T05:00:00.000Z"
           *           ],
           *           "lastRun": {
           *             "plannedAt": "2026-11-23T05:00:00.000Z",
           *             "at": "2026-11-23T05:00:02.210Z",
           *             "outcome": "requested",
           *             "missed": 0,
           *             "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *             "exportStatus": "completed",
           *             "reason": null
           *           },
           *           "createdAt": "2026-11-20T10:00:00.000Z",
           *           "links": {
           *             "self": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *             "runs": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22/runs",
           *             "exports": "/v1/exports?scheduleId=5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22"
           *           }
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['SchedulePage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  createSchedule: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "cron": "0 6 * * 1",
         *       "timeZone": "Europe/Berlin",
         *       "dataset": "diary"
         *     }
         */
        'application/json': components['schemas']['NewSchedule'];
      };
    };
    responses: {
      /** @description It is there. */
      201: {
        headers: {
          /** @description Address of the schedule. */
          Location: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *       "title": "Diary, every Monday",
           *       "cron": "0 6 * * 1",
           *       "timeZone": "Europe/Berlin",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "notify": {
           *         "email": [
           *           "ada@example.org"
           *         ],
           *         "webhook": null
           *       },
           *       "subject": "1",
           *       "role": "user",
           *       "paused": null,
           *       "nextRuns": [
           *         "2026-11-30T05:00:00.000Z",
           *         "2026-12-07T05:00:00.000Z",
           *         "2026-12-14T05:00:00.000Z",
           *         "2026-12-21T05:00:00.000Z",
           *         "2026-12-28T05:00:00.000Z"
           *       ],
           *       "lastRun": {
           *         "plannedAt": "2026-11-23T05:00:00.000Z",
           *         "at": "2026-11-23T05:00:02.210Z",
           *         "outcome": "requested",
           *         "missed": 0,
           *         "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "exportStatus": "completed",
           *         "reason": null
           *       },
           *       "createdAt": "2026-11-20T10:00:00.000Z",
           *       "links": {
           *         "self": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *         "runs": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22/runs",
           *         "exports": "/v1/exports?scheduleId=5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22"
           *       }
           *     }
           */
          'application/json': components['schemas']['ScheduleWithSecret'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_schedules`: Too many schedules. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManySchedulesProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getSchedule: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a schedule. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The schedule as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *       "title": "Diary, every Monday",
           *       "cron": "0 6 * * 1",
           *       "timeZone": "Europe/Berlin",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "notify": {
           *         "email": [
           *           "ada@example.org"
           *         ],
           *         "webhook": null
           *       },
           *       "subject": "1",
           *       "role": "user",
           *       "paused": null,
           *       "nextRuns": [
           *         "2026-11-30T05:00:00.000Z",
           *         "2026-12-07T05:00:00.000Z",
           *         "2026-12-14T05:00:00.000Z",
           *         "2026-12-21T05:00:00.000Z",
           *         "2026-12-28T05:00:00.000Z"
           *       ],
           *       "lastRun": {
           *         "plannedAt": "2026-11-23T05:00:00.000Z",
           *         "at": "2026-11-23T05:00:02.210Z",
           *         "outcome": "requested",
           *         "missed": 0,
           *         "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "exportStatus": "completed",
           *         "reason": null
           *       },
           *       "createdAt": "2026-11-20T10:00:00.000Z",
           *       "links": {
           *         "self": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *         "runs": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22/runs",
           *         "exports": "/v1/exports?scheduleId=5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22"
           *       }
           *     }
           */
          'application/json': components['schemas']['Schedule'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  deleteSchedule: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a schedule. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is gone. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  changeSchedule: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a schedule. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "cron": "30 6 * * 1"
         *     }
         */
        'application/json': components['schemas']['ScheduleChange'];
      };
    };
    responses: {
      /** @description It is changed. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *       "title": "Diary, every Monday",
           *       "cron": "0 6 * * 1",
           *       "timeZone": "Europe/Berlin",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "notify": {
           *         "email": [
           *           "ada@example.org"
           *         ],
           *         "webhook": null
           *       },
           *       "subject": "1",
           *       "role": "user",
           *       "paused": null,
           *       "nextRuns": [
           *         "2026-11-30T05:00:00.000Z",
           *         "2026-12-07T05:00:00.000Z",
           *         "2026-12-14T05:00:00.000Z",
           *         "2026-12-21T05:00:00.000Z",
           *         "2026-12-28T05:00:00.000Z"
           *       ],
           *       "lastRun": {
           *         "plannedAt": "2026-11-23T05:00:00.000Z",
           *         "at": "2026-11-23T05:00:02.210Z",
           *         "outcome": "requested",
           *         "missed": 0,
           *         "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "exportStatus": "completed",
           *         "reason": null
           *       },
           *       "createdAt": "2026-11-20T10:00:00.000Z",
           *       "links": {
           *         "self": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *         "runs": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22/runs",
           *         "exports": "/v1/exports?scheduleId=5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22"
           *       }
           *     }
           */
          'application/json': components['schemas']['ScheduleWithSecret'];
        };
      };
      /** @description `invalid_request`: The request is not valid. `malformed_body`: The request body is not JSON. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['InvalidRequestProblem'] | components['schemas']['MalformedBodyProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `body_too_large`: The request body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['BodyTooLargeProblem'];
        };
      };
      /** @description `unsupported_media_type`: The request body has another type. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnsupportedMediaTypeProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  pauseSchedule: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a schedule. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is paused. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *       "title": "Diary, every Monday",
           *       "cron": "0 6 * * 1",
           *       "timeZone": "Europe/Berlin",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "notify": {
           *         "email": [
           *           "ada@example.org"
           *         ],
           *         "webhook": null
           *       },
           *       "subject": "1",
           *       "role": "user",
           *       "paused": {
           *         "at": "2026-11-24T10:00:00.000Z",
           *         "reason": "Somebody paused it."
           *       },
           *       "nextRuns": [],
           *       "lastRun": {
           *         "plannedAt": "2026-11-23T05:00:00.000Z",
           *         "at": "2026-11-23T05:00:02.210Z",
           *         "outcome": "requested",
           *         "missed": 0,
           *         "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "exportStatus": "completed",
           *         "reason": null
           *       },
           *       "createdAt": "2026-11-20T10:00:00.000Z",
           *       "links": {
           *         "self": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *         "runs": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22/runs",
           *         "exports": "/v1/exports?scheduleId=5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22"
           *       }
           *     }
           */
          'application/json': components['schemas']['Schedule'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  resumeSchedule: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a schedule. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It goes on. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *       "title": "Diary, every Monday",
           *       "cron": "0 6 * * 1",
           *       "timeZone": "Europe/Berlin",
           *       "dataset": "diary",
           *       "format": "csv",
           *       "formats": [
           *         "csv"
           *       ],
           *       "params": {
           *         "userId": "1"
           *       },
           *       "options": {
           *         "compression": "none"
           *       },
           *       "notify": {
           *         "email": [
           *           "ada@example.org"
           *         ],
           *         "webhook": null
           *       },
           *       "subject": "1",
           *       "role": "user",
           *       "paused": null,
           *       "nextRuns": [
           *         "2026-11-30T05:00:00.000Z",
           *         "2026-12-07T05:00:00.000Z",
           *         "2026-12-14T05:00:00.000Z",
           *         "2026-12-21T05:00:00.000Z",
           *         "2026-12-28T05:00:00.000Z"
           *       ],
           *       "lastRun": {
           *         "plannedAt": "2026-11-23T05:00:00.000Z",
           *         "at": "2026-11-23T05:00:02.210Z",
           *         "outcome": "requested",
           *         "missed": 0,
           *         "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *         "exportStatus": "completed",
           *         "reason": null
           *       },
           *       "createdAt": "2026-11-20T10:00:00.000Z",
           *       "links": {
           *         "self": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22",
           *         "runs": "/v1/schedules/5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22/runs",
           *         "exports": "/v1/exports?scheduleId=5b1f0a7c-3c1e-4d53-9c55-6b0f7f2f1c22"
           *       }
           *     }
           */
          'application/json': components['schemas']['Schedule'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listRuns: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a schedule. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The last hundred, newest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "runs": [
           *         {
           *           "plannedAt": "2026-11-23T05:00:00.000Z",
           *           "at": "2026-11-23T05:00:02.210Z",
           *           "outcome": "requested",
           *           "missed": 0,
           *           "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *           "exportStatus": "completed",
           *           "reason": null
           *         }
           *       ]
           *     }
           */
          'application/json': {
            runs: components['schemas']['ScheduleRun'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listAllExports: {
    parameters: {
      query?: {
        /** @description Only those with this status. */
        status?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'expired';
        /** @description Only those of this dataset. */
        dataset?: string;
        /** @description Only those that this schedule asked for. */
        scheduleId?: string;
        /** @description Exports a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
        /** @description Only those of this subject. */
        subject?: string;
        /** @description Only those that were asked for in this role. */
        role?: 'user' | 'admin';
        /** @description Only those that failed for this reason. */
        error?: string;
        /** @description At or after this time. */
        from?: string;
        /** @description Before this time. */
        to?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "exports": [
           *         {
           *           "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *           "dataset": "diary",
           *           "format": "csv",
           *           "formats": [
           *             "csv"
           *           ],
           *           "params": {
           *             "userId": "1"
           *           },
           *           "options": {
           *             "compression": "none"
           *           },
           *           "subject": "1",
           *           "status": "completed",
           *           "attempt": 1,
           *           "queuePosition": null,
           *           "progress": {
           *             "rows": 200000,
           *             "bytes": 16297198,
           *             "estimatedRows": 200000,
           *             "percent": 100,
           *             "etaSeconds": 0
           *           },
           *           "file": {
           *             "format": "csv",
           *             "name": "diary-2026-11-22.csv",
           *             "bytes": 16297198,
           *             "rows": 200000,
           *             "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *             "contentType": "text/csv; charset=utf-8; header=present",
           *             "formulaGuard": "none",
           *             "encoder": {
           *               "path": "bytes",
           *               "reason": "plain columns as csv need no JavaScript"
           *             },
           *             "columns": [
           *               "title",
           *               "year",
           *               "director",
           *               "rating",
           *               "comment",
           *               "watched_at",
           *               "external_metadata_id"
           *             ],
           *             "masked": [],
           *             "expiresAt": "2026-11-29T11:35:24.015Z"
           *           },
           *           "files": [
           *             {
           *               "format": "csv",
           *               "name": "diary-2026-11-22.csv",
           *               "bytes": 16297198,
           *               "rows": 200000,
           *               "sha256": "60410ecf8433e7fe2aa20847a785810417513e4d8af16c9b42760f5a4fa9c7a3",
           *               "contentType": "text/csv; charset=utf-8; header=present",
           *               "formulaGuard": "none",
           *               "encoder": {
           *                 "path": "bytes",
           *                 "reason": "plain columns as csv need no JavaScript"
           *               },
           *               "columns": [
           *                 "title",
           *                 "year",
           *                 "director",
           *                 "rating",
           *                 "comment",
           *                 "watched_at",
           *                 "external_metadata_id"
           *               ],
           *               "masked": [],
           *               "expiresAt": "2026-11-29T11:35:24.015Z"
           *             }
           *           ],
           *           "error": null,
           *           "createdAt": "2026-11-22T11:35:21.034Z",
           *           "startedAt": "2026-11-22T11:35:21.103Z",
           *           "finishedAt": "2026-11-22T11:35:24.015Z",
           *           "links": {
           *             "self": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *             "download": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/download",
           *             "manifest": "/v1/exports/48c6a37f-8c7e-461f-9cd4-edbf09688108/manifest"
           *           },
           *           "role": "user"
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['AdminExportPage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listFailures: {
    parameters: {
      query?: {
        /** @description Only those of this dataset. */
        dataset?: string;
        /** @description At or after this time. */
        from?: string;
        /** @description Before this time. */
        to?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The commonest reason first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "failures": [
           *         {
           *           "code": "source_timeout",
           *           "count": 12,
           *           "subjects": 7,
           *           "datasets": [
           *             "diary"
           *           ],
           *           "firstAt": "2026-11-24T10:00:00.000Z",
           *           "latest": {
           *             "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *             "at": "2026-11-24T11:00:00.000Z",
           *             "message": "The source database ended the query."
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': {
            failures: components['schemas']['FailureGroup'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listAuditEntries: {
    parameters: {
      query?: {
        /** @description Only what this subject did. */
        actor?: string;
        /** @description Only acts of this kind. */
        act?:
          | 'export.requested'
          | 'export.previewed'
          | 'export.downloaded'
          | 'export.cancelled'
          | 'export.deleted'
          | 'export.retried'
          | 'export.expired'
          | 'import.requested'
          | 'bulk.requested'
          | 'bulk.cancelled'
          | 'bulk.retried'
          | 'bulk.deleted'
          | 'bulk.manifest_downloaded'
          | 'notification.added'
          | 'notification.redelivered'
          | 'webhook.created'
          | 'webhook.deleted'
          | 'webhook.secret_rotated'
          | 'webhook.enabled'
          | 'schedule.created'
          | 'schedule.changed'
          | 'schedule.paused'
          | 'schedule.resumed'
          | 'schedule.deleted'
          | 'session.begun'
          | 'session.ended'
          | 'key.created'
          | 'key.revoked'
          | 'access.forbidden'
          | 'access.key_refused'
          | 'access.address_refused';
        /** @description Only what was done to the one with this id. */
        object?: string;
        /** @description At or after this time. */
        from?: string;
        /** @description Before this time. */
        to?: string;
        /** @description Lines a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "entries": [
           *         {
           *           "id": "4711",
           *           "at": "2026-11-24T11:25:24.015Z",
           *           "actor": {
           *             "kind": "key",
           *             "subject": "back-end",
           *             "role": "user",
           *             "keyId": "6f2c1de0-6a55-4f44-9d5a-0a4f4a1f3c11",
           *             "actedAs": "42"
           *           },
           *           "act": "export.downloaded",
           *           "object": {
           *             "kind": "export",
           *             "id": "48c6a37f-8c7e-461f-9cd4-edbf09688108"
           *           },
           *           "details": {
           *             "dataset": "diary",
           *             "format": "csv"
           *           },
           *           "ip": "203.0.113.7",
           *           "userAgent": "curl/8.5.0",
           *           "requestId": "0b6c9b0e-7a2a-4d0b-9a55-6b0f7f2f1c11"
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['AuditPage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getQueue: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description As the records say, which are the truth also when the queue is away. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "lanes": [
           *         {
           *           "lane": "normal",
           *           "queued": 3,
           *           "running": 2,
           *           "delayed": 1,
           *           "oldestQueuedSeconds": 12.4,
           *           "oldestRunningSeconds": 30.2
           *         },
           *         {
           *           "lane": "fast",
           *           "queued": 0,
           *           "running": 0,
           *           "delayed": 0,
           *           "oldestQueuedSeconds": null,
           *           "oldestRunningSeconds": null
           *         }
           *       ],
           *       "notifications": {
           *         "due": 0,
           *         "waiting": 1,
           *         "oldestDueSeconds": null
           *       }
           *     }
           */
          'application/json': components['schemas']['AdminQueue'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  getThroughput: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Every hour, oldest first; the last one is under way. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "hours": [
           *         {
           *           "hour": "2026-11-24T10:00:00.000Z",
           *           "requested": 12,
           *           "rows": 2400000,
           *           "bytes": 195566376
           *         }
           *       ]
           *     }
           */
          'application/json': {
            hours: components['schemas']['Throughput'][];
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listAllNotifications: {
    parameters: {
      query?: {
        /** @description Only those in this state. */
        state?: 'pending' | 'delivered' | 'failed';
        /** @description Only those that go this way. */
        channel?: 'email' | 'webhook';
        /** @description Messages a page. */
        limit?: number;
        /** @description `nextCursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description One page. */
      200: {
        headers: {
          /** @description The next page, as `rel="next"` (RFC 8288), where there is one. */
          Link?: string;
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "notifications": [
           *         {
           *           "id": "3d1c1de0-6a55-4f44-9d5a-0a4f4a1f3c11",
           *           "exportId": "48c6a37f-8c7e-461f-9cd4-edbf09688108",
           *           "bulkExportId": null,
           *           "dataset": "diary",
           *           "kind": "completed",
           *           "channel": "email",
           *           "target": "ada@example.org",
           *           "webhookId": null,
           *           "state": "delivered",
           *           "attempt": 1,
           *           "lastStatus": null,
           *           "lastError": null,
           *           "createdAt": "2026-11-24T10:00:00.000Z",
           *           "nextAt": null,
           *           "endedAt": "2026-11-24T10:00:01.000Z"
           *         }
           *       ],
           *       "nextCursor": null
           *     }
           */
          'application/json': components['schemas']['AdminNotificationPage'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  redeliverAnyNotification: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path: {
        /** @description Id of a message: the same in all attempts to send it, and `webhook-id` where it arrives. */
        notificationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It will be sent once more. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `not_found`: Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['NotFoundProblem'];
        };
      };
      /** @description `webhook_disabled`: The webhook is disabled. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['WebhookDisabledProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. `limit_reached`: A limit is reached. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          /** @description The limits: `q` in `w` seconds. */
          'RateLimit-Policy'?: string;
          /** @description What remains of them: `r`, until `t` seconds from now. */
          RateLimit?: string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            components['schemas']['TooManyFailuresProblem'] | components['schemas']['LimitReachedProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  listDatasets: {
    parameters: {
      query?: never;
      header?: {
        /** @description Asks as this user, percent-encoded; needs an API key with the scope `act-as`. */
        'Rowferry-Subject'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description All of them. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "datasets": [
           *         {
           *           "name": "diary",
           *           "title": "Film diary",
           *           "description": "Every film a person has watched, with rating and comment, newest first.",
           *           "params": {
           *             "$schema": "https://json-schema.org/draft/2020-12/schema",
           *             "type": "object",
           *             "properties": {
           *               "userId": {
           *                 "type": "string",
           *                 "pattern": "^\\d{1,18}$",
           *                 "description": "Whose diary."
           *               },
           *               "minRating": {
           *                 "type": "number",
           *                 "minimum": 0,
           *                 "maximum": 10,
           *                 "description": "Rated so or better."
           *               }
           *             },
           *             "required": [
           *               "userId"
           *             ],
           *             "additionalProperties": false
           *           },
           *           "formats": [
           *             "csv",
           *             "tsv",
           *             "ndjson",
           *             "json",
           *             "xlsx",
           *             "parquet"
           *           ],
           *           "columns": [
           *             {
           *               "name": "title",
           *               "label": "Title",
           *               "type": "text",
           *               "description": "Title of the film.",
           *               "masked": false
           *             }
           *           ],
           *           "leftOut": [],
           *           "sort": {
           *             "columns": [
           *               "watched_at",
           *               "title",
           *               "year",
           *               "rating"
           *             ],
           *             "default": [
           *               "-watched_at"
           *             ]
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DatasetList'];
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `unauthenticated`: A valid API key or token is needed. */
      401: {
        headers: {
          /** @description How to authenticate (RFC 6750). */
          'WWW-Authenticate': string;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnauthenticatedProblem'];
        };
      };
      /** @description `forbidden`: Not allowed. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['ForbiddenProblem'];
        };
      };
      /** @description `too_many_failures`: Too many failed attempts. */
      429: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['TooManyFailuresProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description `unavailable`: Temporarily not available. */
      503: {
        headers: {
          /** @description Seconds until it is worth looking or trying again. */
          'Retry-After': number;
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['UnavailableProblem'];
        };
      };
    };
  };
  livez: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok"
           *     }
           */
          'application/json': {
            /** @enum {string} */
            status: 'ok';
          };
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
    };
  };
  readyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They should. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok",
           *       "checks": {
           *         "database": "ok"
           *       }
           *     }
           */
          'application/json': components['schemas']['Readiness'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
      /** @description They should not; `checks` says what is away. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "unavailable",
           *       "checks": {
           *         "database": "unavailable"
           *       }
           *     }
           */
          'application/json': components['schemas']['Readiness'];
        };
      };
    };
  };
  openapi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OpenAPI 3.1. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            [key: string]: unknown;
          };
        };
      };
      /** @description `invalid_request`: The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InvalidRequestProblem'];
        };
      };
      /** @description `internal_error`: Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['InternalErrorProblem'];
        };
      };
    };
  };
}
