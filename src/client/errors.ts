/** Where in a request something is wrong. */
export interface Fault {
  /** JSON pointer into the body. */
  pointer?: string;
  /** Name of a query parameter. */
  parameter?: string;
  /** Name of a header. */
  header?: string;
  detail: string;
}

/** Anything that this client throws besides the reason of an abort. The code is stable; the message is for people. */
export class RowferryError extends Error {
  /** `unreachable`, `export_ended`, `download_failed`, `wrong_file`, or the code of a {@link ProblemError}. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RowferryError';
    this.code = code;
  }
}

/** The API refused: an RFC 9457 problem, or any other answer that is no success. */
export class ProblemError extends RowferryError {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Each place where something is wrong, with `invalid_request`. */
  readonly faults: readonly Fault[];

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    const { code, title, detail, errors } = problem;
    const known = {
      code: typeof code === 'string' ? code : 'unknown_answer',
      title: typeof title === 'string' ? title : `The server answered ${status}`,
      detail: typeof detail === 'string' ? detail : 'It is no rowferry, or something stands before it.',
      faults: Array.isArray(errors) ? (errors as Fault[]) : [],
    };
    const list = known.faults.map((fault) => `\n  ${placeOf(fault)} ${fault.detail}`);
    super(known.code, `${known.title}: ${known.detail}${list.join('')}`);
    this.name = 'ProblemError';
    this.status = status;
    this.title = known.title;
    this.detail = known.detail;
    this.faults = known.faults;
  }
}

function placeOf({ pointer, parameter, header }: Fault): string {
  return parameter ?? header ?? (pointer === undefined || pointer === '' ? 'the body' : pointer);
}
