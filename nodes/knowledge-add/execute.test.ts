import { expect, test, vi } from "vitest";
import { type KnowledgeCharge, type KnowledgeDocumentStatus, type KnowledgeStore, knowledgeStore } from "../kit/knowledge/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeKnowledge } from "../kit/testing/fake-knowledge.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

const MOST: KnowledgeCharge = { tokens: 100, dollars: 0.01, isPriced: true };
const WORKING: KnowledgeDocumentStatus = { id: "doc_a", title: "A", state: "working", error: null, chunks: 0, progress: null, charge: null };

async function add(given: Partial<KnowledgeStore>, config: object = {}) {
  const store = { ...createFakeKnowledge("collection_a", []), estimateAdd: async () => MOST, add: async () => WORKING, ...given };
  const reserve = vi.fn(async () => undefined);
  const context = { ...createFakeContext({ provide: (registry) => registry.provide(knowledgeStore, store) }), reserve };
  const outcome = await runExample(execute, { config: { collection: "collection_a", ...config }, inputs: { content: "A text." } }, context);
  expect(reserve).toHaveBeenCalledExactlyOnceWith("index", 0.01, { tokens: 100 });
  return { outcome, charges: context.charges };
}

test("settles what the indexing came to", async () => {
  const { outcome, charges } = await add({
    status: async () => ({ ...WORKING, state: "ready", chunks: 1, charge: { tokens: 12, dollars: 0.001, isPriced: true } }),
  });
  expect(outcome).toMatchObject({ type: "done" });
  expect(charges).toEqual([{ name: "index", amount: 0.001, tokens: 12, details: { operation: "index" } }]);
});

test("settles what it may come to where nobody waits for it, or it failed on the way", async () => {
  expect((await add({}, { wait: false })).charges).toMatchObject([{ amount: 0.01, tokens: 100 }]);
  const failed = await add({ status: async () => ({ ...WORKING, state: "failed", error: "No." }) });
  expect(failed.outcome).toMatchObject({ type: "failed", failure: { code: "validation" } });
  expect(failed.charges).toMatchObject([{ amount: 0.01, tokens: 100 }]);
});
