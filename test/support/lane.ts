/**
 * Whether tests can be run that need a program which is not everywhere. Their titles name it where they are skipped; in CI
 * none may be.
 */
export function hasLane(program: string, isThere: () => boolean): boolean {
  if (isThere()) return true;
  if (process.env['CI'])
    throw new Error(`There is no ${program}, and in CI no test is left out. Install it.`);
  return false;
}
