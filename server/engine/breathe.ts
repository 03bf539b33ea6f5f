/** Milliseconds for which one piece of work after the other may keep the process from everything else. */
const MAX_HOLD_MS = 4;

let since = 0;

/**
 * Lets the process do something else when it has been held for a while: answer requests, hear of commits. Nodes that compute are run one
 * after the other without that (a turn of the event loop costs as much as a small node), and a long chain of them would block everybody.
 */
export function breathe(): Promise<void> | undefined {
  const now = performance.now();
  if (since === 0) {
    since = now;
    setImmediate(() => {
      since = 0;
    });
    return undefined;
  }
  if (now - since < MAX_HOLD_MS) return undefined;
  return new Promise((resolve) => setImmediate(resolve));
}
