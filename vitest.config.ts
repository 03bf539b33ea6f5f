import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Folders of calculations only: what a file leaves behind is gone with it, so that files share a process. */
const calculations = "{runtime,nodes,canvas,templates}/**/*.test.{ts,tsx}";

/** The longest first, or one worker is left alone with them in the end. The size of a file, by which they are ordered otherwise, says little of them. */
const LONG = [/^bench\//, /^e2e\/chaos\//, /^server\//];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = LONG.findIndex((pattern) => pattern.test(moduleId.slice(this.ctx.config.root.length + 1)));
      return rank < 0 ? LONG.length : rank;
    };
    return (await super.sort(files)).toSorted((left, right) => rankOf(left) - rankOf(right));
  }
}

export default defineConfig({
  cacheDir: "node_modules/.cache/vitest",
  test: {
    environment: "node",
    sequence: { sequencer: LongFirst },
    // Processes: several suites start worker threads and databases of their own, which must end with their file.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // one that passes on its second try is named in the summary of `npm test`
    retry: process.env.CI ? 1 : 0,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      { extends: true, test: { name: "whole", include: ["{server,scripts,bench,e2e}/**/*.test.ts"], globalSetup: ["scripts/support/warm-database.ts"] } },
      { extends: true, test: { name: "parts", include: [calculations], isolate: false } },
    ],
  },
});
