import { describe, expect, it } from "vitest";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { readTurn, turnHas, turnsOf } from "./agent-trace.ts";

const step = (value?: Json) => ({ inputHash: "", ...(value !== undefined && { result: { type: "inline" as const, value } }) });
const picture = { $asset: "0".repeat(64), name: "picture-1.png", mediaType: "image/png", bytes: 3 };
const content: Json = [
  { type: "reasoning", text: "It is about money." },
  { type: "text", text: "I label it." },
  { type: "image", image: picture },
  { type: "tool-call", id: "x", name: "label", arguments: { label: "bug" } },
  { type: "tool-call", id: "y", name: "erase", arguments: {} },
];
const turn: Json = { reply: { content, stopReason: "tool-calls", model: "m", usage: { inputTokens: 12, outputTokens: 3 } }, tookMs: 80, endedAt: 1 };
const decisions: Json = [
  { id: "call-1-1", tool: "label", outcome: "edited", arguments: { label: "billing" }, before: { label: "bug" }, by: "user_ada", note: "No bug." },
  { id: "call-1-2", tool: "erase", outcome: "denied", arguments: {}, reason: "The rules do not let it." },
];
const results: Json = [
  { type: "tool-result", id: "x", name: "label", content: [{ type: "text", text: "Labelled." }] },
  { type: "tool-result", id: "y", name: "erase", content: [{ type: "text", text: "Refused." }], isError: true },
];
const run: NodeRun = {
  ...{ node: "node_a" as NodeId, path: [], attempt: 1, losses: 0, interruptions: 0, generation: 0, answers: {}, logs: [], state: "running" },
  steps: { model: step({}), "turn-1": step(turn), "decision-1": step(decisions), "results-1": step(results), "turn-10": step(), "turn-2": step(turn) },
  charges: { "turn-1": { reserved: 0.5, settled: 0.01 } },
  children: [{ name: "call-1-1", run: "run_x" as RunId, purpose: "tool", reserved: 0 }],
};
const first = readTurn(run, { number: 1, turn, decisions, results });

describe("the trace of an agent", () => {
  it("has its turns in order, the one under way last", () => {
    const turns = turnsOf(run);
    expect(turns.map(({ number }) => number)).toEqual([1, 2, 10]);
    expect(readTurn(run, { number: 10, turn: undefined, decisions: undefined, results: undefined })).toMatchObject({ isUnderWay: true, calls: [] });
    expect(turnsOf({ ...run, steps: { "message-1": step("x") } })).toEqual([]);
  });

  it("tells what was thought and said, and what it cost", () => {
    expect(first).toMatchObject({
      reasoning: "It is about money.",
      text: "I label it.",
      images: [picture],
      inputTokens: 12,
      outputTokens: 3,
      dollars: 0.01,
      tookMs: 80,
    });
  });

  it("tells of each call who decided what, what was changed, and what came of it", () => {
    expect(first.calls).toMatchObject([
      {
        tool: "label",
        outcome: "edited",
        by: "user_ada",
        before: { label: "bug" },
        arguments: { label: "billing" },
        run: "run_x",
        result: { text: "Labelled." },
      },
      { tool: "erase", outcome: "denied", reason: "The rules do not let it.", run: undefined, result: { isError: true } },
    ]);
  });

  it.each([
    ["MONEY", true],
    ["billing", true],
    ["user_ada", true],
    ["labelled", true],
    ["refund", false],
    [" ", true],
  ])("is searched for %s", (words, isFound) => {
    expect(turnHas(first, words)).toBe(isFound);
  });

  it("shows nothing of what it cannot read", () => {
    expect(readTurn(run, { number: 3, turn: "nonsense", decisions: 7, results: null })).toMatchObject({ calls: [], text: "", isUnderWay: false });
  });
});
