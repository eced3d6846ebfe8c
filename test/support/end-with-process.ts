const endings = new Set<() => void>();

process.once('exit', () => {
  // What was started last goes first.
  for (const end of [...endings].reverse()) end();
});

/**
 * Has `end` called when this process exits, however early: what it started in sessions of their own would go on. Returns
 * what takes that back.
 */
export function endWithProcess(end: () => void): () => void {
  endings.add(end);
  return () => endings.delete(end);
}
