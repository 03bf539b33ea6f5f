import { expect, test } from "vitest";
import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import { addToTrace, aroundAnswer, beginTrace, blocksBefore, childrenOf } from "./run-trace.ts";

const run = runIdSchema.parse("run_a");
const child = runIdSchema.parse("run_b");
const node = nodeIdSchema.parse("node_a");
const at = "2026-01-01T00:00:00.000Z";
const inline = (value: unknown) => ({ type: "inline" as const, value });
const play = (...bodies: object[]) =>
  bodies.map((body, index) => ({ node, path: [], seq: index + 1, at, ...body }) as unknown as RunEvent | EphemeralEvent).reduce(addToTrace, beginTrace(run));
const token = (text: string) => ({ type: "token", text });
const turn = (...content: object[]) => ({ type: "step-finished", step: "turn-1", result: inline({ reply: { content } }) });

test("text is shown while it is written, and stands there as it was recorded", () => {
  const before = [{ type: "step-started", step: "turn-1", effect: "read", inputHash: "" }, token("Let me "), token("look")];
  expect([...play(...before).writing.values()]).toEqual(["Let me look"]);
  const after = play(...before, turn({ type: "reasoning", text: "There is a tool." }, { type: "text", text: "Let me look." }, { type: "tool-call", id: "1" }));
  expect(after.writing.size).toBe(0);
  expect(after.blocks).toEqual([
    { type: "thought", text: "There is a tool." },
    { type: "text", text: "Let me look." },
  ]);
});

test("what was written before anybody looked stands in place of what was heard of it", () => {
  const written = { type: "written", text: "Let me look" };
  expect([...play(token("look"), written, token(" there.")).writing.values()]).toEqual(["Let me look there."]);
});

test("a turn that failed half way is written anew", () => {
  const trace = play(token("Hal"), { type: "step-failed", step: "turn-1" }, token("Hello"));
  expect([...trace.writing.values()]).toEqual(["Hello"]);
});

test("what is written of the next turn before this one is recorded stays", () => {
  const recorded = turn({ type: "text", text: "Let me look." });
  expect([...play(token("Let me look."), token("It is"), recorded).writing.values()]).toEqual(["It is"]);
  expect([...play(token("me look."), token("It is"), recorded).writing.values()]).toEqual(["It is"]);
  expect(play(token("something else"), recorded).writing.size).toBe(0);
});

test("other steps say nothing, whatever they hold", () => {
  expect(play({ type: "step-finished", step: "safety-call-1", result: inline({ reply: { content: [{ type: "text", text: "0.9" }] } }) }).blocks).toEqual([]);
  expect(play({ type: "step-finished", step: "turn-1", result: { type: "blob", hash: "", bytes: 9, preview: "" } }).blocks).toEqual([]);
});

test("a call stands where it was made, with how it ended", () => {
  const opened = { type: "child-opened", name: "call-1-1", run: child, purpose: "tool" };
  expect(play(opened).blocks).toEqual([{ type: "child", run: child, purpose: "tool" }]);
  const ended = play(opened, token("x"), { type: "child-finished", name: "call-1-1", run: child, state: "succeeded", outputs: { text: inline("7") }, cost: 0 });
  expect(childrenOf(ended.blocks)).toMatchObject([{ ended: { state: "succeeded", outputs: { text: { value: "7" } } } }]);
});

test("the answer is not shown twice", () => {
  const blocks = play(turn({ type: "text", text: "It is 7.\n" })).blocks;
  expect(blocksBefore(blocks, "It is 7.")).toEqual([]);
  expect(blocksBefore(blocks, "Seven")).toBe(blocks);
  expect(blocksBefore(blocks, null)).toBe(blocks);
});

test("pictures of a turn stay where its words are the answer", () => {
  const image = { $asset: "0".repeat(64), name: "picture-1.png", mediaType: "image/png", bytes: 3 };
  const { blocks } = play(turn({ type: "text", text: "Here." }, { type: "image", image }, { type: "image", image: { mediaType: "image/png", data: "AAAA" } }));
  expect(blocks).toEqual([
    { type: "text", text: "Here." },
    { type: "image", file: image },
  ]);
  expect(blocksBefore(blocks, "Here.")).toEqual([{ type: "image", file: image }]);
  expect(aroundAnswer(blocks, { answer: "Here.", output: null })).toEqual({ before: [], after: [{ type: "image", file: image }] });
  expect(aroundAnswer(blocks, { answer: "Here.", output: { pictures: [image] } })).toEqual({ before: [], after: [] });
  expect(aroundAnswer(blocks, { answer: "There.", output: null })).toEqual({ before: blocks, after: [] });
});

test("nothing is written any more when the run is over", () => {
  const trace = play(token("Hal"), { type: "run-finished", state: "cancelled", output: {} });
  expect(trace).toMatchObject({ ended: { state: "cancelled" } });
  expect(trace.writing.size).toBe(0);
});
