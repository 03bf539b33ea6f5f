import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { executions } from "#runtime/testing/sample-nodes.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createTestDatabase, truncateAll } from "../../store/database/test-database.ts";
import type { Engine } from "../engine.ts";
import { createTestEngine, type TestEngineGiven } from "./test-engine.ts";

/** For one test file: engines over one database that is emptied, and engines that are closed, after each test. */
export function testEngines() {
  let database: Database;
  let directory: string;
  const engines: Engine[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(path.join(tmpdir(), "heddle-engine-"));
  });
  beforeEach(() => executions.clear());
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()));
    await truncateAll(database);
  });
  afterAll(async () => {
    await database.close();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    database: () => database,
    boot: (given: Omit<TestEngineGiven, "database" | "directory"> = {}) => {
      const booted = createTestEngine({ database, directory, ...given });
      engines.push(booted.engine);
      return booted;
    },
  };
}
