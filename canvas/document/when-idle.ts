/** Runs something once the page has nothing more urgent to do, and at the latest after so many milliseconds. Returns how to stop. */
export function whenIdle(run: () => void, timeout: number): () => void {
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(run, { timeout });
    return () => cancelIdleCallback(handle);
  }
  // Safari has no idle callbacks
  const timer = setTimeout(run, Math.min(timeout, 50));
  return () => clearTimeout(timer);
}
