import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, it } from "vitest";
import type { Budget } from "#runtime/graph/budget.ts";
import { createId } from "#runtime/graph/ids.ts";
import { type CostEstimate, readCostEstimate } from "#server/contract/cost-estimate.ts";
import { createQueryClient, keyOf } from "../api/queries.ts";
import { CostForecast } from "./cost-estimate.tsx";

const KNOWN = { runs: 5, median: "0.2", max: "1.5", tokens: { median: 0, max: 0 }, hasUnknownPrices: false, unknownPrices: [], budget: {} };

function draw(estimate: Partial<CostEstimate>, budget?: Budget): string {
  const client = createQueryClient();
  const graph = createId("graph");
  client.setQueryData(keyOf(readCostEstimate, { params: { id: graph } }), { ...KNOWN, ...estimate });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <MemoryRouter>
        <CostForecast graph={graph} budget={budget} />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

it("tells what earlier runs cost, and when the budget will not do", () => {
  expect(draw({})).toContain("Its last 5 runs cost about $0.20, at most $1.50.");
  expect(draw({ runs: 1 })).toContain("Its last run cost $1.50.");
  expect(draw({ tokens: { median: 1_200, max: 9_000 } })).toContain("at most $1.50, with about 1,200 tokens.");
  expect(draw({}, { dollars: 0.1 })).toContain("more than the budget of $0.10");
  expect(draw({}, { dollars: 1 })).not.toContain("more than the budget");
  // what the graph says counts where the run says nothing else
  expect(draw({ budget: { dollars: 0.1 } })).toContain("more than the budget");
  expect(draw({ budget: { dollars: 0.1 } }, { dollars: 1 })).not.toContain("more than the budget");
  expect(draw({ tokens: { median: 1_200, max: 9_000 } }, { tokens: 1_000 })).toContain("more than the budget of 1,000 tokens");
});

it("warns of models without a price, and says nothing where nothing is spent or known", () => {
  expect(draw({ median: "0", max: "0", hasUnknownPrices: true })).toContain("have no price");
  const unknownPrices = [{ node: "node_a" as never, label: "Writer", model: "loom-1" }];
  expect(draw({ runs: 0, unknownPrices })).toContain("The price of loom-1 (“Writer”) is unknown");
  expect(draw({ median: "0", max: "0" })).toBe("");
  expect(draw({ runs: 0 })).toBe("");
});
