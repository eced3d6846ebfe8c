import { optionFaults } from '../export/check-options.ts';
import { defaultFormat } from '../export/dataset.ts';
import type { Dataset, Role } from '../export/dataset.ts';
import { canonicalOptions } from '../export/export-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { invalidRequest } from './parse-request.ts';

interface AskedForm {
  format: FileFormatName;
  options: ExportOptions;
}

/**
 * How the file is to be written, in the one way there is to say it, once it is known that the dataset has it for this role.
 *
 * @throws AppError `invalid_request` with pointers
 */
export function checkForm(
  dataset: Dataset,
  role: Role,
  {
    format = defaultFormat(dataset),
    options,
  }: { format?: FileFormatName | undefined; options: ExportOptions },
): AskedForm {
  if (!dataset.formats.includes(format)) {
    throw invalidRequest({ pointer: '/format', detail: `is not one of ${dataset.formats.join(', ')}` });
  }
  const faults = optionFaults({ dataset, role }, format, options);
  if (faults.length > 0) {
    throw invalidRequest(
      ...faults.map(({ path, detail }) => ({ pointer: `/options/${path.join('/')}`, detail })),
    );
  }
  return { format, options: canonicalOptions(options, dataset.sort?.default) };
}
