import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { components } from '../../client/schema.ts';
import { bytes, duration, say } from './format.ts';
import { badge } from './parts.ts';

export type Bulk = components['schemas']['BulkExport'];

/** Where its pages are. */
export const BULK_PATH = 'admin/bulk';

/** Which look a status has. */
const tones: Readonly<Record<Bulk['status'], string>> = {
  preparing: 'queued',
  running: 'running',
  cancelling: 'queued',
  completed: 'completed',
  completed_with_failures: 'failed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export function bulkEnded({ finishedAt }: Bulk): boolean {
  return finishedAt !== null;
}

/** What a bulk export is doing, with its progress while it does. */
export function bulkStatus(one: Bulk): TemplateResult {
  const { status, progress, error } = one;
  const { percent, etaSeconds } = progress;
  return html`<div class="state">
    ${badge(tones[status], say(`bulk_${status}`))}
    ${
      status === 'running'
        ? html`<progress
              max="100"
              value=${percent ?? nothing}
              aria-label=${say('percent', { n: percent ?? 0 })}
            ></progress>
            ${etaSeconds ? html`<small>${say('left', { time: duration(etaSeconds) })}</small>` : nothing}`
        : nothing
    }
    ${error === null ? nothing : html`<small class="why">${error.message}</small>`}
  </div>`;
}

/** Of all files, or of what there is of them by now. */
export function bulkSize({ progress }: Bulk): TemplateResult | string {
  if (progress.rows === 0 && progress.bytes === 0) return say('none');
  return html`${bytes(progress.bytes)} <small class="muted">${say('rows', { n: progress.rows })}</small>`;
}

/** Where its subjects come from. */
export function sourceOf({ subjects }: Bulk): string {
  return typeof subjects === 'string'
    ? say(`source_${subjects}`)
    : say('source_named', { name: subjects.named });
}
