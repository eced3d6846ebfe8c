import { expect } from 'vitest';

export interface Problem {
  type: string;
  status: number;
  code: string;
  detail: string;
  errors?: { pointer?: string; parameter?: string; header?: string; detail: string }[];
  [member: string]: unknown;
}

/** Checks that an answer is this problem, and returns it. */
export async function expectProblem(response: Response, status: number, code: string): Promise<Problem> {
  const problem = (await response.json()) as Problem;
  expect({ status: response.status, code: problem.code }).toEqual({ status, code });
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem.type).toBe(`urn:rowferry:problem:${code}`);
  return problem;
}
