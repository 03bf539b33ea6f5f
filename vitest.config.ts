import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Folders of calculations only: what a file leaves behind is gone with it, so that files share a process. */
const calculations = "{runtime,nodes,canvas,templates}/**/*.test.{ts,tsx}";

/**
 * Folders of the server whose tests end all that they begin: their files share a process, its modules and the embedded database in it, each of which
 * costs more than most of these tests. One that starts servers, ends processes or measures belongs to the others: bad-input.test.ts counts what is
 * told in a second.
 */
const shared = "server/{audit,chats,connections,credentials,engine,http,memory,models,people,queue,store,telemetry,tools,variables,vault}/!(bad-input).test.ts";

/** The longest first, or one worker is left alone with them in the end. The size of a file, by which they are ordered otherwise, says little of them. */
const LONG = [/^bench\//, /^e2e\/chaos\//, /^server\//];

const globalSetup = ["scripts/support/warm-database.ts"];

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
    maxWorkers: 3,
    testTimeout: 40_000,
    hookTimeout: 60_000,
    // one that passes on its second try is named in the summary of `npm test`
    retry: process.env.CI ? 1 : 0,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      { extends: true, test: { name: "whole", include: ["{server,scripts,bench,e2e}/**/*.test.ts"], exclude: [shared], globalSetup } },
      { extends: true, test: { name: "shared", include: [shared], isolate: false, globalSetup } },
      { extends: true, test: { name: "parts", include: [calculations], isolate: false } },
    ],
  },
});
