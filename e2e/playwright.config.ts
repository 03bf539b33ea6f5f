import { fileURLToPath } from "node:url";
import { defineConfig } from "playwright/test";
import { findChromium } from "../scripts/support/chromium.mjs";

const report = process.env.HEDDLE_JOURNEYS_REPORT;
const chromium = await findChromium();
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: fileURLToPath(new URL(".", import.meta.url)),
  testMatch: "**/*.journey.ts",
  outputDir: fileURLToPath(new URL("../test-results", import.meta.url)),
  // Two cores: a server with its database and a browser already fill them.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ...(report === undefined ? [] : [["json", { outputFile: report }] as const])],
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    locale: "en-GB",
    timezoneId: "UTC",
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { args: flags, ...(chromium === undefined ? {} : { executablePath: chromium }) },
  },
});
