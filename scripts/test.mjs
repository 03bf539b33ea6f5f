// `npm test`: everything that must hold, the browser journeys included. `-- --unit` or `-- --e2e` runs one part; further arguments go to its runner.
import { buildCanvas } from "./build-canvas.mjs";
import { setUp } from "./set-up.mjs";
import { describeCounts, printSummary, runJourneys, runStaticChecks, runUnitTests, totalCounts } from "./support/checks.mjs";
import { findOrInstallChromium } from "./support/chromium.mjs";
import { Failure, say, script } from "./support/console.mjs";

await script(async () => {
  const args = process.argv.slice(2);
  const only = ["--unit", "--e2e"].find((part) => args.includes(part));
  const rest = args.filter((argument) => argument !== "--unit" && argument !== "--e2e");
  if (only === undefined && rest.length > 0) throw new Failure("Arguments need a part to go to: `npm test -- --unit PATH…` or `npm test -- --e2e PATH…`");

  const node = await setUp();
  const chromium = only === "--unit" ? "" : await findOrInstallChromium(node);
  /** @type {import("./support/checks.mjs").CheckResult[]} */
  const results = [];
  if (only === undefined) results.push(...(await runStaticChecks(node)));
  if (only !== "--e2e") results.push(await runUnitTests(node, rest));
  if (only !== "--unit") {
    await buildCanvas(node);
    results.push(await runJourneys(node, chromium, rest));
  }

  printSummary(results);
  const total = totalCounts(results);
  const ok = total.failed === 0 && total.passed > 0;
  say(`\n${ok ? "All is well." : "Something failed: see above."}\n${describeCounts(total)}`);
  return ok ? 0 : 1;
});
