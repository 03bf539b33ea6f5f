import { expect, test, vi } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { type KnowledgeCharge, type KnowledgeStore, knowledgeStore } from "../kit/knowledge/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeKnowledge } from "../kit/testing/fake-knowledge.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

const MOST: KnowledgeCharge = { tokens: 100, dollars: 0.01, isPriced: true };

async function search(given: Partial<KnowledgeStore>, reserve = vi.fn(async () => undefined)) {
  const store = { ...createFakeKnowledge("collection_a", []), estimateSearch: async () => MOST, ...given };
  const context = { ...createFakeContext({ provide: (registry) => registry.provide(knowledgeStore, store) }), reserve };
  const outcome = await runExample(execute, { config: { collection: "collection_a", query: "loom" }, inputs: {} }, context);
  return { outcome, reserve, charges: context.charges };
}

test("sets aside what the search may come to, and settles what it came to, be it answered or not", async () => {
  const answered = await search({
    search: async (_query, { onCharge }) => {
      onCharge({ tokens: 10, dollars: 0.001, isPriced: true });
      onCharge({ tokens: 20, dollars: 0, isPriced: false });
      return { passages: [], notice: null };
    },
  });
  expect(answered.reserve).toHaveBeenCalledExactlyOnceWith("search-1", 0.01, { tokens: 100 });
  expect(answered.charges).toEqual([{ name: "search-1", amount: 0.001, tokens: 30, details: { operation: "search", price: "unknown" } }]);
  const broken = await search({
    search: async (_query, { onCharge }) => {
      onCharge({ tokens: 10, dollars: 0.001, isPriced: true });
      throw new NodeError("network", "It broke off.");
    },
  });
  expect(broken.outcome).toMatchObject({ type: "failed", failure: { code: "network" } });
  expect(broken.charges).toMatchObject([{ amount: 0.001, tokens: 10 }]);
});

test("asks nobody where the budget does not allow it, and sets nothing aside where nothing is charged", async () => {
  const asked = vi.fn(async () => ({ passages: [], notice: null }));
  const refused = vi.fn(async () => {
    throw new NodeError("budget", "Not raised.", { happened: "no" });
  });
  expect((await search({ search: asked }, refused)).outcome).toMatchObject({ failure: { code: "budget" } });
  expect(asked).not.toHaveBeenCalled();
  const free = await search({ search: asked, estimateSearch: async () => null });
  expect(free.reserve).not.toHaveBeenCalled();
  expect(free.charges).toEqual([]);
});
