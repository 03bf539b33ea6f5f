import type { BrowserContext, Page } from "playwright/test";
import { test as base, expect } from "playwright/test";
import type { HeddleServer } from "./heddle-server.ts";
import { createHeddleServer } from "./heddle-server.ts";
import type { PageProblems } from "./page-problems.ts";
import { watchProblems } from "./page-problems.ts";

interface JourneyFixtures {
  /** Errors of all windows; what is left in it at the end of a journey fails it. */
  readonly problems: PageProblems;
  /** Opens another window as another browser would: with its own cookies and storage, watched like `page`. */
  readonly openWindow: () => Promise<Page>;
}

interface WorkerFixtures {
  /** One real server for all journeys of a worker. */
  readonly heddle: HeddleServer;
}

/** Journeys use this instead of Playwright's own `test`: it starts a real server and fails on any console error, page error or CSP violation. */
export const test = base.extend<JourneyFixtures, WorkerFixtures>({
  heddle: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from this pattern
    async ({}, use) => {
      const server = await createHeddleServer();
      await use(server);
      await server.dispose();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ heddle }, use) => use(heddle.url),
  problems: [
    async ({ heddle }, use, testInfo) => {
      const problems = watchProblems();
      const before = heddle.output.length;
      await use(problems);
      const failed = testInfo.status !== testInfo.expectedStatus || problems.found().length > 0;
      if (failed) await testInfo.attach("server output", { body: heddle.output.slice(before), contentType: "text/plain" });
      expect(problems.found(), "errors in the browser").toEqual([]);
    },
    { auto: true },
  ],
  context: async ({ context, problems }, use) => {
    await problems.watch(context);
    await use(context);
  },
  openWindow: async ({ browser, contextOptions, viewport, colorScheme, baseURL, problems }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ ...contextOptions, viewport, colorScheme, ...(baseURL === undefined ? {} : { baseURL }) });
      contexts.push(context);
      await problems.watch(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };
