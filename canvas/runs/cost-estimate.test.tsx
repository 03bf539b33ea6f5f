import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import { type CostEstimate, readCostEstimate } from "#server/contract/cost-estimate.ts";
import { createQueryClient, keyOf } from "../api/queries.ts";
import { CostForecast } from "./cost-estimate.tsx";

function draw(estimate: Partial<CostEstimate>, budget?: number): string {
  const client = createQueryClient();
  const graph = createId("graph");
  client.setQueryData(keyOf(readCostEstimate, { params: { id: graph } }), { runs: 5, median: "0.2", max: "1.5", hasUnknownPrices: false, ...estimate });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <CostForecast graph={graph} budget={budget} />
    </QueryClientProvider>,
  );
}

it("tells what earlier runs cost, and when the budget will not do", () => {
  expect(draw({})).toContain("Its last 5 runs cost about $0.20, at most $1.50.");
  expect(draw({ runs: 1 })).toContain("Its last run cost $1.50.");
  expect(draw({}, 0.1)).toContain("more than the budget");
  expect(draw({}, 1)).not.toContain("more than the budget");
});

it("warns of models without a price, and says nothing where nothing is spent or known", () => {
  expect(draw({ median: "0", max: "0", hasUnknownPrices: true })).toContain("have no price");
  expect(draw({ median: "0", max: "0" })).toBe("");
  expect(draw({ runs: 0 })).toBe("");
});
