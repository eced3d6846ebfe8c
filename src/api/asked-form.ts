import { optionFaults } from '../export/check-options.ts';
import { defaultFormat } from '../export/dataset.ts';
import type { Dataset, Role } from '../export/dataset.ts';
import { canonicalOptions } from '../export/export-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { invalidRequest } from './parse-request.ts';

interface Body {
  format?: FileFormatName | undefined;
  formats?: readonly FileFormatName[] | undefined;
  options: ExportOptions;
}

export interface AskedForm {
  formats: [FileFormatName, ...FileFormatName[]];
  options: ExportOptions;
}

/**
 * How the files are to be written, in the one way there is to say it, once it is known that the dataset has it for this
 * role.
 *
 * @throws AppError `invalid_request` with pointers
 */
export function checkForm(dataset: Dataset, role: Role, { format, formats, options }: Body): AskedForm {
  if (format !== undefined && formats !== undefined) {
    throw invalidRequest({ pointer: '/format', detail: 'does not go with formats, which names all of them' });
  }
  const [first = defaultFormat(dataset), ...others] = formats ?? (format === undefined ? [] : [format]);
  const asked: AskedForm['formats'] = [first, ...others];
  const unknown = asked.findIndex((one) => !dataset.formats.includes(one));
  if (unknown >= 0) {
    const pointer = formats === undefined ? '/format' : `/formats/${unknown}`;
    throw invalidRequest({ pointer, detail: `is not one of ${dataset.formats.join(', ')}` });
  }
  const faults = optionFaults({ dataset, role }, asked, options);
  if (faults.length > 0) {
    throw invalidRequest(
      ...faults.map(({ path, detail }) => ({ pointer: `/options/${path.join('/')}`, detail })),
    );
  }
  return { formats: asked, options: canonicalOptions(options, dataset.sort?.default) };
}

/** Which file of an export is meant. @throws AppError `invalid_request` where it has none of that format */
export function fileFormat(
  formats: readonly [FileFormatName, ...FileFormatName[]],
  asked?: FileFormatName,
): FileFormatName {
  if (asked === undefined) return formats[0];
  if (formats.includes(asked)) return asked;
  throw invalidRequest({ parameter: 'format', detail: `is not one of ${formats.join(', ')}` });
}
