import { fileURLToPath } from "node:url";
import { defineConfig } from "playwright/test";
import { chromiumFlags, findChromium } from "../scripts/support/chromium.mjs";

const report = process.env.HEDDLE_JOURNEYS_REPORT;
const chromium = await findChromium();

export default defineConfig({
  testDir: fileURLToPath(new URL(".", import.meta.url)),
  testMatch: "**/*.journey.ts",
  globalSetup: fileURLToPath(new URL("support/first-data.ts", import.meta.url)),
  outputDir: fileURLToPath(new URL("../test-results", import.meta.url)),
  // Two cores: a server with its database and a browser already fill them (two at a time took 735 s for 63 journeys, and three passed on their second try only).
  workers: 1,
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
    // To record every journey in case it fails takes two thirds more computing; `npm test -- --e2e --trace on PATH` records one that is looked into.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: { args: chromiumFlags, ...(chromium === undefined ? {} : { executablePath: chromium }) },
  },
});
