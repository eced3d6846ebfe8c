import type { Export } from '../export-button/api.ts';
import type { Context } from './context.ts';
import { say } from './format.ts';
import { href } from './route.ts';

/** What people do to one export. */
export function exportActs(context: Context, changed: () => unknown) {
  const { api, tell, attempt } = context;
  let rerunning = false;
  const post = (one: Export, act: string) => api.call<Export>(`exports/${one.id}/${act}`, { method: 'POST' });
  return {
    /** @param format of the file, where it is not the first */
    async download(one: Pick<Export, 'id'>, format?: string) {
      const query = format === undefined ? '' : `?format=${format}`;
      await downloadFile(context, `exports/${one.id}/link${query}`);
      changed();
    },

    async copyLink(one: Pick<Export, 'id'>) {
      await copy(context, `${location.origin}/v1/exports/${one.id}/download`, say('copied'));
    },

    /** A failed one once more, of others the same anew: of the rows as they are now. */
    async rerun(one: Export) {
      // Clicked twice, it is still one.
      if (rerunning) return;
      rerunning = true;
      await attempt(async () => {
        if (one.status === 'failed') {
          await post(one, 'retry');
          tell(say('retried'));
          changed();
          return;
        }
        const { dataset, formats, params, options } = one;
        const body = { dataset, formats, params, options };
        const { id } = await api.call<Export>('exports', { method: 'POST', body });
        context.go(href(`exports/${id}`));
      });
      rerunning = false;
    },

    async cancel(one: Export) {
      if (await attempt(() => post(one, 'cancel'))) tell(say('cancelledNow'));
      changed();
    },

    async expire(one: Export) {
      const question = { title: say('expireQuestion'), help: say('expireHelp'), act: say('expire') };
      if (!(await context.confirm(question))) return;
      if (await attempt(() => post(one, 'expire'))) tell(say('expiredNow'));
      changed();
    },

    /** Resolves to whether it is gone. */
    async remove(one: Export): Promise<boolean> {
      const question = { title: say('deleteQuestion'), help: say('deleteHelp'), act: say('delete') };
      if (!(await context.confirm(question))) return false;
      const gone = await attempt(() => api.open(`exports/${one.id}`, { method: 'DELETE' }));
      if (gone) tell(say('deleted'));
      changed();
      return gone;
    },
  };
}

/** @param path where the API has a link to the file signed */
export async function downloadFile({ api, tell, attempt }: Context, path: string): Promise<void> {
  await attempt(async () => {
    const { url } = await api.call<{ url: string }>(path);
    // The storage says that it is to be kept, so the page stays.
    const link = document.createElement('a');
    link.href = url;
    link.rel = 'noreferrer';
    link.click();
    tell(say('downloading'));
  });
}

/** Browsers let pages write to the clipboard under HTTPS and on this machine; elsewhere it is shown. */
export async function copy({ tell }: Context, text: string, told: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(told);
  } catch {
    tell(`${say('copyByHand')} ${text}`);
  }
}
