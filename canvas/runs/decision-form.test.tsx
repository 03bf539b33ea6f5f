import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { type Gate, gateSchema } from "#server/contract/approvals.ts";
import { readRun } from "#server/contract/runs.ts";
import { createQueryClient, keyOf } from "../api/queries.ts";
import { DecisionForm } from "./decision-form.tsx";

const common = {
  id: "run_1.7",
  state: "pending",
  run: "run_1",
  graph: "graph_1",
  node: "node_1",
  path: [],
  label: "Send the offer",
  askedAt: "2026-01-01T00:00:00.000Z",
  decided: null,
};

function draw(gate: object): string {
  const client = createQueryClient();
  const parsed: Gate = gateSchema.parse({ ...common, ...gate });
  client.setQueryData(keyOf(readRun, { params: { id: parsed.run } }), { cost: "0.5", budget: 1 });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <DecisionForm gate={parsed} />
    </QueryClientProvider>,
  );
}

it("an approval shows what is asked and proposed, and offers the node's decisions in its order", () => {
  const html = draw({ kind: "approval", decisions: ["approve", "ask-again"], title: "Send it?", details: { to: "weaver" }, until: null });
  expect(html).toContain("Send it?");
  expect(html).toContain("weaver");
  expect(html).toContain("Change this…");
  expect(html.indexOf("Approve")).toBeLessThan(html.indexOf("Ask again"));
  expect(draw({ kind: "approval", decisions: ["go"], title: "Go?", details: null, until: null })).not.toContain("Change this…");
});

it("a budget gate says what is wanted and what was spent", () => {
  const html = draw({ kind: "budget", decisions: ["raise", "refuse"], amount: 0.75 });
  expect(html).toContain("$0.75");
  expect(html).toContain("$0.50 of $1.00");
  expect(html).toContain("Raise the budget");
  expect(html).toContain("Refuse");
});

it("an uncertain write offers its three ways", () => {
  const failure = { code: "network", message: "Cut.", happened: "unknown" };
  const html = draw({ kind: "uncertain", decisions: ["happened", "failed", "again"], failure });
  for (const label of ["It happened", "It did not happen", "Run it again"]) expect(html).toContain(label);
});
