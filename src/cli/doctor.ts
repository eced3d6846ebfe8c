import type { Finding } from '../doctor/finding.ts';
import { examineAll, withContext } from './context.ts';

const MARKS = { ok: '✓', warn: '!', fail: '✗' };

/** `rowferry doctor`: says what is wrong and how to mend it. Resolves to whether everything may start. */
export function doctor(write: (line: string) => void): Promise<boolean> {
  return withContext('rowferry-doctor', async (context) => {
    const findings = await examineAll(context);
    for (const line of report(findings)) write(line);
    return findings.every(({ state }) => state !== 'fail');
  });
}

function report(findings: readonly Finding[]): string[] {
  const lines = findings.flatMap(({ check, state, detail, remedy }) => [
    `${MARKS[state]} ${check.padEnd(9)} ${detail}`,
    ...(remedy === '' ? [] : [`  ${''.padEnd(9)} → ${remedy}`]),
  ]);
  const failures = findings.filter(({ state }) => state === 'fail').length;
  return [
    ...lines,
    '',
    failures === 0 ? 'Everything that is needed works.' : `${failures} to mend before rowferry can start.`,
  ];
}
