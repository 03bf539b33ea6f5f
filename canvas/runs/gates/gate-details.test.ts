import { expect, it } from "vitest";
import type { AskedGate } from "#server/contract/approvals.ts";
import { detailsOf } from "./gate-details.ts";
import { decisionName, isRefusal, usualDecisions } from "./gate-words.ts";

const detailsOfAny = (details: AskedGate["details"]) => detailsOf({ kind: "approval", details });

it("shows what a server asks for: a form, a page of the web, an answer in the place of a model", () => {
  const asked = (details: AskedGate["details"]) => detailsOf({ kind: "elicitation", details });
  expect(asked({ tool: "t", type: "form", message: "Which?", schema: {} })).toEqual({
    type: "server-question",
    message: "Which?",
    page: undefined,
    prompt: undefined,
    problem: "",
  });
  expect(asked({ tool: "t", type: "form", message: "Which?", schema: {}, problem: "It has changed." })).toMatchObject({ problem: "It has changed." });
  expect(asked({ type: "url", message: "Go", url: "https://example.org/a" })).toMatchObject({ page: "https://example.org/a" });
  expect(asked({ type: "url", message: "Go", url: "javascript:alert(1)" })).toMatchObject({ page: undefined });
  expect(asked({ type: "sampling", system: "Be brief", messages: [{ role: "user", content: "Hi" }] })).toMatchObject({ prompt: { system: "Be brief" } });
});

it("tells calls, a question and anything else apart", () => {
  expect(detailsOfAny(null)).toEqual({ type: "nothing" });
  expect(detailsOfAny({ message: "Look", value: 7 })).toEqual({ type: "question", message: "Look", value: 7, held: [] });
  expect(detailsOfAny({ message: "" })).toMatchObject({ type: "question", value: undefined });
  const calls = [{ id: "1", tool: "send", arguments: { to: "a" }, effect: "write" }];
  expect(detailsOfAny({ calls, says: "I will send it." })).toMatchObject({ type: "calls", says: "I will send it.", calls: [{ tool: "send" }] });
  expect(detailsOfAny({ to: "weaver" })).toEqual({ type: "other", value: { to: "weaver" } });
  expect(detailsOfAny("just text")).toEqual({ type: "other", value: "just text" });
});

it("knows what goes on as usual, and what says no", () => {
  expect(usualDecisions({ decisions: ["approve", "later", "reject"] })).toEqual({ yes: "approve", no: "reject" });
  expect(usualDecisions({ decisions: ["happened", "failed", "again"] })).toEqual({ yes: "happened", no: "failed" });
  expect(usualDecisions({ decisions: ["go", "hold", "kill"] })).toEqual({ yes: "go", no: "kill" });
  expect(usualDecisions({ decisions: ["yes"] })).toEqual({ yes: "yes", no: undefined });
  expect(isRefusal("refuse")).toBe(true);
  expect(isRefusal("now")).toBe(false);
  expect(decisionName("ask-again")).toBe("Ask again");
});
