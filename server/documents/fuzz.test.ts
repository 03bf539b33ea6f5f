import { afterAll, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { createEdits } from "#runtime/graph/edits.ts";
import { randomEdits, randomLayout } from "#runtime/testing/random-edits.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { createDocumentChecker, type DocumentChecker } from "./document-checker.ts";
import { runFuzz } from "./testing/fuzz/run-fuzz.ts";

const SEEDS = 50;
const SEEDS_APART = 25;

let database: Database;
let checkers: [DocumentChecker, DocumentChecker];
beforeAll(async () => {
  database = await createTestDatabase();
  checkers = [createDocumentChecker(), createDocumentChecker()];
});
afterAll(async () => {
  await Promise.all(checkers.map((checker) => checker.close()));
  await database.close();
});

test("every kind of edit is made", () => {
  const { origin: _, ...kinds } = createEdits(new Y.Doc(), { origin: "me", layoutOf: randomLayout });
  expect(Object.keys(randomEdits).sort()).toEqual(Object.keys(kinds).sort());
});

const KINDS = [...Object.keys(randomEdits), "undo", "redo", "restart", "graphs with nodes"];

async function fuzz(seeds: number, processes: 1 | 2): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for (let seed = 1; seed <= seeds; seed++) {
    const { problems, done } = await runFuzz({ seed, database, checkers: checkers.slice(0, processes) });
    const again = `\`npm run fuzz -- --seed ${seed}${processes === 1 ? "" : " --processes 2"}\` does it again`;
    expect(problems, again).toEqual([]);
    for (const [what, times] of Object.entries(done)) all[what] = (all[what] ?? 0) + times;
  }
  return all;
}

test(`${SEEDS} seeds: five people, a bad network and a server that starts again end in one valid document`, async () => {
  const all = await fuzz(SEEDS, 1);
  for (const kind of KINDS) expect(all[kind], kind).toBeGreaterThan(0);
}, 180_000);

test(`${SEEDS_APART} seeds: the same with two processes that hear little of each other, and snapshots`, async () => {
  const all = await fuzz(SEEDS_APART, 2);
  for (const kind of [...KINDS, "snapshot", "state read"]) expect(all[kind], kind).toBeGreaterThan(0);
}, 180_000);
