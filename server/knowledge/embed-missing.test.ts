import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { embedMissing, embedMissingKind } from "./embed-missing.ts";
import { createKnowledgeStores } from "./stores.ts";

const workspace = "workspace_default";
let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
}, 60_000);
afterAll(() => database.close());

test("what is embedded afterwards lets others go first, once in all processes, and never takes a document from a person", async () => {
  const stores = createKnowledgeStores(database);
  const id = "collection_bare";
  const settings = { description: "", language: "english", chunking: {}, embedder: { type: "built-in" }, reranker: null };
  await stores.collections.create({ ...settings, workspace, id, name: "Bare" });
  const names = Array.from({ length: 12 }, (_, index) => `doc_${String(index).padStart(2, "0")}`);
  const bare = (name: string, state: string) =>
    `('${name}', '${workspace}', '${id}', 'Bare', '{"type":"text"}', '${state}', 1, 1, ${name === "doc_00" ? 0 : 1}, 'A heddle.')`;
  await database.db.execute(`INSERT INTO knowledge_documents (id, workspace_id, collection_id, title, source, state, generation, next_generation, chunks, content)
    VALUES ${names.map((name) => bare(name, name === "doc_01" ? "embedding" : "ready")).join(", ")}`);
  let due = 1;
  const submitted: string[] = [];
  const kindGiven = {
    ...stores,
    lookMs: 5,
    jobs: {
      wake: () => undefined,
      countDue: async () => due,
      submit: async (job: { dedupeKey?: string | undefined }) => submitted.push(job.dedupeKey ?? "") as never,
    },
  };
  await embedMissing(kindGiven);
  await embedMissing(kindGiven);
  expect(submitted).toEqual([id, id]);
  const begin = (ends: AbortSignal) =>
    embedMissingKind(kindGiven).work({ id: "job_bulk", workspace, subject: id, input: null, attempt: 1, signal: ends, report: () => undefined });
  const controller = new AbortController();
  const waiting = begin(controller.signal);
  await delay(30);
  const { documents } = stores;
  const jobOf = async (name: string) => (await documents.read({ workspace, id: name }))?.job ?? null;
  expect(await Promise.all(names.map(jobOf))).toEqual(names.map(() => null));
  controller.abort(new Error("ended"));
  await expect(waiting).rejects.toThrow();
  due = 0;
  // stops after the first few: somebody adds a document
  kindGiven.jobs.wake = () => {
    due = 1;
    return undefined;
  };
  const again = new AbortController();
  const working = begin(again.signal);
  await vi.waitFor(async () => expect(await jobOf("doc_09")).not.toBeNull(), { timeout: 10_000 });
  expect([await jobOf("doc_00"), await jobOf("doc_01"), await jobOf("doc_10"), await jobOf("doc_11")]).toEqual([null, null, null, null]);
  kindGiven.jobs.wake = () => undefined;
  due = 0;
  expect(await working).toEqual({ documents: 10 });
  expect(await jobOf("doc_11")).not.toBeNull();
  // all of them are somebody's by now
  expect(await begin(again.signal)).toEqual({ documents: 0 });
}, 60_000);
