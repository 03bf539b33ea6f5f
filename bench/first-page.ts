import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright";
import type { GraphDetail } from "#server/contract/graphs.ts";
import { buildCanvas } from "../scripts/build-canvas.mjs";
import { callApi } from "./api.ts";
import { buildBare, launched } from "./canvas.ts";
import { type Benchmark, figure } from "./figure.ts";
import { textGrid } from "./large-graph.ts";
import { HEDDLE, startProcess } from "./process.ts";

const LIMIT_KB = 300;
const KB = 1_024;
/** After the page is drawn, so long without a request for script: what comes later is loaded on demand. */
const QUIET_MS = 1_000;
/** Loaded when they are first used, and not counted: the code editor and the layout engine. */
const LATER = /monaco|elk/i;

/** Script that a first visit loads, as it travels: gzipped. */
export const firstPage: Benchmark = {
  name: "first-page",
  run: async () => {
    const directory = await mkdtemp(join(tmpdir(), "heddle-bench-page-"));
    const closers: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
    try {
      await buildCanvas(process.execPath);
      const server = await startProcess({ ...HEDDLE, environment: { HEDDLE_DATA: join(directory, "data"), DATABASE_URL: "", REDIS_URL: "" } });
      closers.unshift(server.stop);
      const { id } = await callApi<GraphDetail>(server.url, "/api/graphs", { graph: textGrid(12) });
      const page = join(directory, "page");
      await buildBare(page);
      const files = await startProcess({ program: new URL("./bare-files.ts", import.meta.url), ready: "/", environment: { BARE_FILES: page } });
      closers.unshift(files.stop);
      const browser = await launched();
      closers.unshift(() => browser.close());
      const reference = await scriptOf(browser, files.url);
      const measured = async (path: string) => ({
        value: await scriptOf(browser, `${server.url}${path}`),
        unit: "KB",
        reference,
        against: "React and React Flow alone",
        goal: { type: "at-most", of: "value", limit: LIMIT_KB } as const,
      });
      return { "first-page": figure(await measured("/")), "first-page, a graph": figure(await measured(`/graphs/${id}`)) };
    } finally {
      for (const close of closers) await close();
    }
  },
};

/** KB of script, gzipped, that a page in a fresh browser asks for by itself. */
async function scriptOf(browser: Browser, url: string): Promise<number> {
  // the service worker fills its cache after the page is drawn
  const context = await browser.newContext({ serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    const sizes = new Map<string, Promise<number>>();
    let last = performance.now();
    page.on("response", (response) => {
      if (response.request().resourceType() !== "script" || LATER.test(response.url())) return;
      last = performance.now();
      sizes.set(
        response.url(),
        response.body().then((body) => gzipSync(body).byteLength),
      );
    });
    await page.goto(url, { waitUntil: "load" });
    while (performance.now() - last < QUIET_MS) await page.waitForTimeout(QUIET_MS / 5);
    return (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0) / KB;
  } finally {
    await context.close();
  }
}
