import { describe, expect, it } from "vitest";
import { createId, nodeIdSchema } from "#runtime/graph/ids.ts";
import { type RunEventBody, runEventSchema } from "#runtime/run/events.ts";
import { namesBlob } from "./named-blobs.ts";

const HASH = "a".repeat(64);
const at = new Date(0).toISOString();
const blob = { type: "blob" as const, hash: HASH, bytes: 100_000, preview: "" };
const node = { node: nodeIdSchema.parse("node_a"), path: [] };
const names = (body: RunEventBody, hash = HASH) => namesBlob(runEventSchema.parse({ ...body, seq: 1, at }), hash);

describe("an event names a stored value", () => {
  it.each<[string, RunEventBody]>([
    ["as an output", { type: "node-succeeded", ...node, outputs: { small: { type: "inline", value: 1 }, value: blob } }],
    ["as the output of the run", { type: "run-finished", state: "succeeded", output: { result: blob } }],
    ["as the result of a step", { type: "step-finished", ...node, step: "s", result: blob }],
    ["as what an iteration is given", { type: "iteration-started", ...node, index: 0, given: { item: blob } }],
    ["as the call of a callback", { type: "callback-received", ...node, name: "n", answer: { kind: "webhook", at, request: blob } }],
    [
      "as what a person edited",
      { type: "wait-answered", ...node, name: "n", actor: "a", answer: { kind: "person", at, decision: "yes", edited: blob, note: "", by: "a" } },
    ],
    [
      "as the output of a child",
      { type: "wait-answered", ...node, name: "n", actor: "a", answer: { kind: "run", at, run: createId("run"), state: "succeeded", output: { value: blob } } },
    ],
    ["as a value set for the run", { type: "run-created", run: createId("run"), input: {}, actor: "a", fixed: { node_a: { value: blob } } }],
  ])("%s", (_name, body) => {
    expect(names(body)).toBe(true);
    expect(names(body, "b".repeat(64))).toBe(false);
  });

  it.each<[string, RunEventBody]>([
    ["the input of the run", { type: "run-created", run: createId("run"), input: { value: blob, hash: HASH }, actor: "a" }],
    ["a small output", { type: "node-succeeded", ...node, outputs: { value: { type: "inline", value: { outputs: { value: blob }, ...blob } } } }],
    [
      "the details of a failure",
      { type: "attempt-failed", ...node, attempt: 1, failure: { code: "tool", message: "No.", happened: "no", details: { outputs: { value: blob } } } },
    ],
    [
      "what a person is shown",
      { type: "node-waiting", ...node, request: { kind: "person", name: "n", title: "T", details: { value: blob }, decisions: ["ok"] } },
    ],
  ])("but not by what is written in %s", (_name, body) => {
    expect(JSON.stringify(body)).toContain(`"hash":"${HASH}"`);
    expect(names(body)).toBe(false);
  });
});
