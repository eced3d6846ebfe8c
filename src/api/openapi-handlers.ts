import type { OpenApiDocument } from './contract/openapi-document.ts';
import type { documentOperations } from './contract/service.ts';
import type { Handlers } from './operations-router.ts';

export function openapiHandlers(): Handlers<typeof documentOperations> {
  let document: Promise<OpenApiDocument> | undefined;
  return {
    // Made when somebody asks: an API that starts need not wait for it.
    async openapi() {
      document ??= import('./contract/openapi-document.ts').then(({ buildDocument }) => buildDocument());
      return { status: 200, body: { ...(await document) } };
    },
  };
}
