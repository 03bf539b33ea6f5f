import { fileURLToPath } from "node:url";
import { defineConfig } from "playwright/test";
import { chromiumFlags, findChromium } from "../scripts/support/chromium.mjs";

const report = process.env.HEDDLE_JOURNEYS_REPORT;
const chromium = await findChromium();

export default defineConfig({
  testDir: fileURLToPath(new URL(".", import.meta.url)),
  testMatch: "**/*.journey.ts",
  outputDir: fileURLToPath(new URL("../test-results", import.meta.url)),
  // each has a server and a browser of its own: one of them alone leaves half of two cores idle
  workers: 2,
  // one that passes on its second try is named in the summary of `npm test`
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ...(report === undefined ? [] : [["json", { outputFile: report }] as const])],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    locale: "en-GB",
    timezoneId: "UTC",
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { args: chromiumFlags, ...(chromium === undefined ? {} : { executablePath: chromium }) },
  },
});
