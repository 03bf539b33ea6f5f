import { QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Gate, gateSchema } from "#server/contract/approvals.ts";
import { createQueryClient } from "../api/queries.ts";
import { TooltipProvider } from "../ui/tooltip.tsx";
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
  digest: "d",
  mayDecide: true,
  whyNot: null,
};
const asked = { kind: "approval", until: null, titles: {}, needNote: [], edit: null, approvers: null, quorum: 1, votes: [] };

// values are as high as the window lets them be
beforeAll(() => void vi.stubGlobal("window", { innerHeight: 800 }));
afterAll(() => void vi.unstubAllGlobals());

function draw(gate: object): string {
  const client = createQueryClient();
  const parsed: Gate = gateSchema.parse({ ...common, ...gate });
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <TooltipProvider>
        <DecisionForm gate={parsed} />
      </TooltipProvider>
    </QueryClientProvider>,
  );
}

it("an approval shows what is asked and proposed, and offers the node's decisions in its order", () => {
  const edit = { schema: { type: "object", properties: { to: { type: "string" } } }, value: { to: "weaver" } };
  const html = draw({
    ...asked,
    decisions: ["approve", "ask-again"],
    title: "Send it?",
    details: { message: "It is **final**.", value: { to: "weaver" } },
    edit,
  });
  expect(html).toContain("Send it?");
  expect(html).toMatch(/<strong[^>]*>final</);
  expect(html).toContain("weaver");
  expect(html).toContain("Edit…");
  expect(html.indexOf("Approve")).toBeLessThan(html.indexOf("Ask again"));
  expect(draw({ ...asked, decisions: ["go"], title: "Go?", details: null })).not.toContain("Edit…");
});

it("calls of tools are shown with what they do; who may not decide is told whom to ask, and who has voted", () => {
  const calls = [{ id: "1", tool: "send_mail", title: "Send mail", arguments: { to: "weaver" }, effect: "write", reason: "It was asked for." }];
  const votes = [{ by: { id: "user_a", name: "Ada" }, decision: "approve", edited: true, note: "Fine.", at: "2026-01-01T00:00:00.000Z" }];
  const html = draw({
    ...{ ...asked, kind: "tool-call", decisions: ["approve", "reject"], title: "Call it?", details: { calls, says: "I write to them." } },
    ...{ mayDecide: false, whyNot: "Ask Ada.", quorum: 2, votes },
  });
  for (const text of ["Send mail", "send_mail", "It was asked for.", "I write to them.", "writes", "Ask Ada.", "2 people have to agree", "Fine."])
    expect(html).toContain(text);
  expect(html).toContain("<fieldset disabled");
});

it("a question of a tool is its form", () => {
  const edit = { schema: { type: "object", properties: { name: { type: "string", title: "Your name" } } }, value: {} };
  expect(draw({ ...asked, kind: "elicitation", decisions: ["answer", "decline"], title: "Who are you?", details: { message: "Tell me." }, edit })).toContain(
    "Your name",
  );
});

it("a budget gate says whose budget it is, how it stands, what is wanted, and that the run can be killed", () => {
  const gate = { kind: "budget", decisions: ["raise", "refuse", "kill"], amount: 0.75, measure: "dollars", of: "run", holder: null, holderLabel: null };
  const html = draw({ ...gate, used: 0.5, budget: 1 });
  expect(html).toContain("$0.75");
  expect(html).toContain("$0.50 of $1.00");
  expect(html).toContain("Kill the run");
  expect(draw({ ...gate, measure: "tokens", amount: 2_000, used: 9_000, budget: 10_000, of: "node", holder: "node_a", holderLabel: "Writer" })).toMatch(
    /2,000 tokens.*“Writer”.*9,000 of 10,000 tokens/,
  );
  expect(html).toContain("Raise the budget");
  expect(html).toContain("Refuse");
});

it("an uncertain write offers its three ways", () => {
  const failure = { code: "network", message: "Cut.", happened: "unknown" };
  const html = draw({ kind: "uncertain", decisions: ["happened", "failed", "again"], failure });
  for (const label of ["It happened", "It did not happen", "Run it again"]) expect(html).toContain(label);
});
