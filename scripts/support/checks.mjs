import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { nodeEnvironment } from "../with-node.mjs";
import { say, secondsSince } from "./console.mjs";
import { cacheDirectory, packagePath, root } from "./paths.mjs";
import { run } from "./processes.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number, flaky?: readonly string[] }} Counts `flaky`: what passed on its second try only */
/** @typedef {{ name: string, ok: boolean, time: string, counts?: Counts }} CheckResult */
/** @typedef {{ name: string, args: readonly string[], echo?: boolean, environment?: Record<string, string>, report?: string, read?: (path: string) => Counts }} Check */

const reports = join(cacheDirectory, "reports");

/** What needs no test runner. @type {readonly Check[]} */
const staticChecks = [
  { name: "format and lint", args: [packagePath("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "--max-diagnostics=50"] },
  { name: "types", args: [packagePath("typescript", "bin", "tsc"), "--noEmit", "--project", "tsconfig.json"] },
  { name: "node catalog", args: [join("scripts", "catalog.ts"), "--check"] },
  { name: "unused code", args: [packagePath("knip", "bin", "knip.js"), "--no-progress"] },
];

/**
 * Format and lint, types, catalog, unused code: two at a time, each printed when it ends.
 * @param {string} node path of a Node >= 24
 */
export async function runStaticChecks(node) {
  const waiting = [...staticChecks];
  /** @type {CheckResult[]} */
  const results = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) results.push(await runCheck(node, check));
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/**
 * @param {string} node
 * @param {readonly string[]} args further arguments for vitest, such as paths
 */
export function runUnitTests(node, args) {
  const report = join(reports, "unit.json");
  const vitest = [packagePath("vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...args];
  return runCheck(node, { name: "unit tests", args: vitest, echo: true, report, read: readVitestReport });
}

/**
 * @param {string} node
 * @param {string} chromium path of the browser
 * @param {readonly string[]} args further arguments for Playwright
 */
export function runJourneys(node, chromium, args) {
  const report = join(reports, "journeys.json");
  const playwright = [packagePath("playwright", "cli.js"), "test", "--config", join("e2e", "playwright.config.ts"), ...args];
  const environment = { CHROMIUM_PATH: chromium, HEDDLE_JOURNEYS_REPORT: report };
  return runCheck(node, { name: "browser journeys", args: playwright, echo: true, environment, report, read: readPlaywrightReport });
}

/**
 * @param {string} node
 * @param {Check} check `echo` shows the output as it comes; otherwise it is shown only when the check fails
 * @returns {Promise<CheckResult>}
 */
async function runCheck(node, { name, args, echo = false, environment = {}, report, read }) {
  const start = performance.now();
  if (report !== undefined) {
    rmSync(report, { force: true });
    mkdirSync(dirname(report), { recursive: true });
  }
  if (echo) say(`  … ${name}`);
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const { code, output } = await run(node, args, { cwd: root, env: nodeEnvironment(node, { ...colour, ...environment }), echo });
  if (!echo && code !== 0) say(`\n${output.trim()}\n`);
  const time = secondsSince(start);
  say(`  ${code === 0 ? "✓" : "✗"} ${name} (${time})`);
  // A runner that died before it wrote its report has no counts.
  const counts = report !== undefined && existsSync(report) ? read?.(report) : undefined;
  return { name, ok: code === 0, time, ...(counts === undefined ? {} : { counts }) };
}

/** @typedef {{ fullName: string, status: string, failureMessages: readonly string[] }} VitestResult */

/**
 * @param {string} path
 * @returns {Counts}
 */
export function readVitestReport(path) {
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number, testResults?: readonly { name: string, assertionResults: readonly VitestResult[] }[] }} */
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests = 0, testResults = [] } = JSON.parse(readFileSync(path, "utf8"));
  // what passed and yet has a failure passed when it was tried again
  const flaky = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0)
      .map(({ fullName, failureMessages }) => `${relative(root, name)}: ${fullName} (${firstLine(failureMessages[0])})`),
  );
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests, flaky };
}

/** @typedef {{ title: string, file: string, tests: readonly { status: string, results: readonly { error?: { message?: string } }[] }[] }} PlaywrightSpec */
/** @typedef {{ suites?: readonly PlaywrightSuite[], specs?: readonly PlaywrightSpec[] }} PlaywrightSuite */

/**
 * @param {string} path
 * @returns {Counts}
 */
export function readPlaywrightReport(path) {
  /** @type {PlaywrightSuite & { stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} */
  const { stats, ...report } = JSON.parse(readFileSync(path, "utf8"));
  const flaky = specsOf(report).flatMap(({ title, file, tests }) =>
    tests.filter(({ status }) => status === "flaky").map(({ results }) => `${file}: ${title} (${firstLine(results[0]?.error?.message)})`),
  );
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped, flaky };
}

/**
 * @param {PlaywrightSuite} suite
 * @returns {PlaywrightSpec[]}
 */
function specsOf({ suites = [], specs = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

/** @param {string} [message] */
function firstLine(message = "") {
  return stripVTControlCharacters(message).trim().split("\n")[0] ?? "";
}

/**
 * Test counts of all results; a check that failed without a failed test of its own counts as one failure.
 * @param {readonly CheckResult[]} results
 */
export function totalCounts(results) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { ok, counts = { passed: 0, failed: 0, skipped: 0 } } of results) {
    total.passed += counts.passed;
    total.failed += ok ? counts.failed : Math.max(1, counts.failed);
    total.skipped += counts.skipped;
  }
  return total;
}

/** @param {Counts} counts */
export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** @param {readonly CheckResult[]} results */
export function printSummary(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  say("");
  for (const { name, ok, time, counts } of results) {
    say(`  ${ok ? "✓" : "✗"} ${name.padEnd(width)}  ${time.padStart(8)}  ${counts === undefined ? (ok ? "ok" : "FAILED") : describeCounts(counts)}`);
  }
  const flaky = results.flatMap(({ counts }) => counts?.flaky ?? []);
  if (flaky.length > 0)
    say(`\n  Flaky, passed on the second try only. Each is a bug, of the test or of what it tests:\n${flaky.map((each) => `    ${each}`).join("\n")}`);
}
