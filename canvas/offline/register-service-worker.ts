/** Registered once the page has what it needs: filling the cache must not slow the first visit down. */
const DELAY_MS = 5_000;
const WORKER = "/service-worker.js";

/** Lets the canvas open while the server is away. Development builds do without, and so do addresses that browsers do not trust with it. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !isSecureContext || !("serviceWorker" in navigator)) return;
  const later = () => setTimeout(() => whenIdle(() => void register()), DELAY_MS);
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}

/** Where the server has just gone away, the browser would call it an error of the page. */
async function register(): Promise<void> {
  try {
    const { ok } = await fetch(WORKER, { method: "HEAD" });
    if (ok) await navigator.serviceWorker.register(WORKER);
  } catch {
    // the next visit tries again
  }
}

/** Not every browser tells. */
function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: DELAY_MS });
  else work();
}
