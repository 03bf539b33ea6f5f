// `npm run check`: format, lint, types, generated catalogs, unused code, unit tests. Runs all of them and fails when any did.
import { setUp } from "./set-up.mjs";
import { printSummary, runStaticChecks, runUnitTests } from "./support/checks.mjs";
import { script } from "./support/console.mjs";

await script(async () => {
  const node = await setUp();
  const results = [...(await runStaticChecks(node)), await runUnitTests(node, [])];
  printSummary(results);
  return results.every(({ ok }) => ok) ? 0 : 1;
});
