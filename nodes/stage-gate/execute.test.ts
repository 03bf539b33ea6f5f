import { expect, it } from "vitest";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

const at = "2026-01-02T00:00:00.000Z";
const person = (decision: string, note = ""): WaitAnswer => ({ kind: "person", at, decision, note, by: "ada" });
const run = (given: { config?: object; inputs?: Record<string, string | number>; answers?: Record<string, WaitAnswer> } = {}) =>
  runExample(execute, { config: given.config ?? {}, inputs: given.inputs ?? { value: "draft" } }, createFakeContext({ answers: given.answers ?? {} }));

it("offers to recycle in a loop only, and as often as it may", async () => {
  const offered = async (inputs: Record<string, string | number>) => {
    const result = await run({ config: { maxRecycles: 2 }, inputs: { value: "draft", ...inputs } });
    return result.type === "wait" && result.request.kind === "person" ? result.request.decisions : [];
  };
  expect(await offered({})).toEqual(["go", "hold", "kill"]);
  expect(await offered({ round: 1 })).toEqual(["go", "recycle", "hold", "kill"]);
  expect(await offered({ round: 2 })).toContain("recycle");
  expect(await offered({ round: 3 })).not.toContain("recycle");
});

it("goes on, or sends the round back with the value and what was said", async () => {
  expect(await run({ answers: { "gate-1": person("go", "Well done.") } })).toMatchObject({
    type: "done",
    outputs: { go: "draft", value: "draft", done: true, note: "Well done.", decision: { outcome: "go", by: "ada", holds: [] } },
  });
  const back = await run({ inputs: { value: "draft", round: 1 }, answers: { "gate-1": person("recycle", "Shorter.") } });
  expect(back).toMatchObject({ outputs: { recycle: "draft", value: "draft", done: false, note: "Shorter." } });
  expect(back.type === "done" && Object.hasOwn(back.outputs, "go")).toBe(false);
});

it("stays open after a hold, with who held it, and tells people again later", async () => {
  const held = { "gate-1": person("hold", "The budget is not settled.") };
  expect(await run({ answers: held, config: { holdFor: 2 } })).toMatchObject({
    type: "wait",
    request: {
      name: "gate-2",
      reminders: [{ at: "2026-01-03T00:00:00.000Z" }],
      details: { value: "draft", held: [{ by: "ada", note: "The budget is not settled.", at }] },
    },
  });
  expect(await run({ answers: { ...held, "gate-2": person("go") } })).toMatchObject({ outputs: { decision: { outcome: "go", holds: [{ by: "ada" }] } } });
});

it("ends the run when it is killed, which takes a reason", async () => {
  expect(await run()).toMatchObject({ request: { needNote: ["kill"] } });
  expect(await run({ answers: { "gate-1": person("kill", "Nobody wants it.") } })).toMatchObject({ type: "stop", state: "killed", reason: "Nobody wants it." });
});

it.each([
  ["hold", { type: "wait", request: { name: "gate-2" } }],
  ["go", { outputs: { done: true, decision: { by: null, note: "Nobody decided in time." } } }],
  ["kill", { type: "stop", reason: "Nobody decided in time." }],
])("does %s when nobody decides in time", async (onTimeout, expected) => {
  expect(await run({ config: { onTimeout }, answers: { "gate-1": { kind: "time", at } } })).toMatchObject(expected);
});
