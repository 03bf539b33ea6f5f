import { defineConfig } from "vitest/config";

export default defineConfig({
  cacheDir: "node_modules/.cache/vitest",
  test: {
    include: ["{runtime,nodes,server,canvas,templates,scripts,bench}/**/*.test.{ts,tsx}", "e2e/**/*.test.ts"],
    environment: "node",
    globalSetup: ["scripts/support/warm-database.ts"],
    // Processes: several suites start worker threads and databases of their own, which must end with their file.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    restoreMocks: true,
    unstubEnvs: true,
  },
});
