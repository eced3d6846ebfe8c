/**
 * Without the zeros at the end. By a loop: `/0+$/` begins anew at each zero, and a numeric of PostgreSQL may have
 * thousands of them behind its point, in every row.
 */
export function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
