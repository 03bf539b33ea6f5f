import { handlingOf, isAway } from "./requests.ts";
import { cacheOf, outdatedCaches, ownCaches } from "./shell-caches.ts";

/*
 * Lets the canvas open while the server is away: docs/decisions/0019-offline.md. Files named by their content come from the cache;
 * pages always from the server, and only when it does not answer, from the cache. Nothing else is touched.
 */

/** Of the types of service workers, which do not go together with those of pages, as much as is used here. */
interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface AskEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LifeEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: AskEvent) => void): void;
}

/** Written into the built file by `scripts/support/shell-files.ts`: the files of this build, and a name that differs for each. */
declare const HEDDLE_SHELL: { readonly name: string; readonly files: readonly string[] };

const worker = self as unknown as Worker;
const CACHE = cacheOf(HEDDLE_SHELL.name);
const SHELL = "/";

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // past the browser's own cache, so that the page fits the files
  await cache.addAll([SHELL, ...HEDDLE_SHELL.files].map((path) => new Request(path, { cache: path === SHELL ? "reload" : "default" })));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of outdatedCaches(await caches.keys(), CACHE)) await caches.delete(name);
  await worker.clients.claim();
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  // windows that were open when this build came ask for files of the one before
  for (const name of ownCaches(await caches.keys(), CACHE)) {
    const known = await (await caches.open(name)).match(request, { ignoreVary: true });
    if (known) return known;
  }
  const answer = await fetch(request);
  if (answer.status === 200) await cache.put(request, answer.clone()).catch(() => undefined);
  return answer;
}

async function page(request: Request): Promise<Response> {
  const shell = async () => (await caches.open(CACHE)).match(SHELL, { ignoreVary: true });
  try {
    const answer = await fetch(request);
    return (isAway(answer.status) && (await shell())) || answer;
  } catch (error) {
    const known = await shell();
    if (known) return known;
    throw error;
  }
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const handling = handlingOf(event.request, worker.location.origin);
  if (handling === "file") event.respondWith(file(event.request));
  if (handling === "page") event.respondWith(page(event.request));
});
