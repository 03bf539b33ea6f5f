import { expect, it, vi } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import type { ModelDescription } from "#nodes/kit/models/service.ts";
import { createId } from "#runtime/graph/ids.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import { createRunForecast } from "./run-forecast.ts";

const past = { runs: 5, median: "0.2", max: "1.5", tokens: { median: 900, max: 1_000 }, hasUnknownPrices: false };
const described = (title: string): ModelDescription => ({
  ...{ provider: "compatible", connection: "Local", model: title, title, known: false, isDemo: title === "demo" },
  abilities: { images: false, tools: true, structured: true, temperature: true },
  ...(title === "priced" && { prices: { input: "1", output: "1" } as never }),
});
const asking = catalog.all().find((definition) => fieldHint(definition, "connection").connection === "model")?.type ?? "";
const node = (label: string, model: string, disabled = false) => ({
  ...{ id: createId("node"), type: asking, version: 1, label, position: { x: 0, y: 0 }, disabled, config: { connection: "conn_1", model } },
});
const nodes = [node("Writer", "loom-1"), node("Editor", "priced"), node("Tester", "demo"), node("Off", "loom-2", true), node("Gone", "gone")];
const place = { workspace: "workspace_default", graph: createId("graph") };

function forecast() {
  const pastRuns = vi.fn(async () => past);
  const describe = vi.fn(async (_: string, { model = "" }: { model?: string | undefined }) => {
    if (model === "gone") throw new Error("There is no such model.");
    return described(model);
  });
  const readDraft = async () => ({ ...emptyGraph(), settings: { budget: 2, tokenBudget: 500 }, nodes });
  return { ...createRunForecast({ catalog, pastRuns, describe, readDraft }), pastRuns, describe };
}

it("names the nodes whose model has no price, and what the budget is", async () => {
  expect(await forecast().read(place)).toEqual({
    ...past,
    unknownPrices: [{ node: nodes[0]?.id, label: "Writer", model: "loom-1" }],
    budget: { dollars: 2, tokens: 500 },
  });
});

it("warns whoever starts a run of unknown prices and of a budget that will not do; of a graph without models it looks nothing up", async () => {
  const { warnings, pastRuns, describe } = forecast();
  const told = await warnings({ ...place, nodes, budget: { dollars: 0.1, tokens: 900 } });
  expect(told).toEqual([expect.stringContaining("price for loom-1 (Writer)"), expect.stringContaining("about $0.2, and its budget is $0.1")]);
  expect(await warnings({ ...place, nodes: [node("Editor", "priced")], budget: { tokens: 899 } })).toEqual([expect.stringContaining("900 tokens")]);
  pastRuns.mockClear();
  describe.mockClear();
  expect(await warnings({ ...place, nodes: [], budget: { dollars: 0 } })).toEqual([]);
  expect([pastRuns.mock.calls.length, describe.mock.calls.length]).toEqual([0, 0]);
});
