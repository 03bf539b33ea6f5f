import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";
import { inferSchema } from "./infer-schema.ts";
import { approval } from "./node.ts";

const at = "2026-01-02T00:00:00.000Z";
const person = (decision: string, more: { edited?: Json; note?: string } = {}): WaitAnswer => ({ kind: "person", at, decision, note: "", by: "ada", ...more });
const run = (config: object, { inputs = { value: { to: "weaver" } }, answer }: { inputs?: Record<string, Json>; answer?: WaitAnswer } = {}) =>
  runExample(execute, { config, inputs }, createFakeContext({ answers: answer ? { approval: answer } : {} }));
const problems = (config: object) => (approval.check?.(approval.config.parse(config), {}) ?? []).map(({ path }) => path);

describe("an approval", () => {
  it("asks with what came in, by who may decide, for a week, and offers no edit unless it is told to", async () => {
    const config = {
      title: "Send to {{ inputs.value.to }}?",
      message: "It is **final**.",
      roles: ["approver"],
      people: ["user_a"],
      quorum: 2,
      notStarter: true,
    };
    const result = await run({ ...config, remindAfter: 2, escalateAfter: 1, escalateUnit: "days", escalateRoles: ["owner"] });
    expect(result).toEqual({
      type: "wait",
      request: {
        kind: "person",
        name: "approval",
        gate: "approval",
        title: "Send to weaver?",
        details: { message: "It is **final**.", value: { to: "weaver" } },
        decisions: ["approve", "reject"],
        titles: {},
        needNote: [],
        approvers: { roles: ["approver"], people: ["user_a"] },
        quorum: 2,
        notStarter: true,
        reminders: [{ at: "2026-01-01T02:00:00.000Z" }, { at: "2026-01-02T00:00:00.000Z", escalateTo: { roles: ["owner"] } }],
        until: "2026-01-08T00:00:00.000Z",
      },
    });
  });

  it("hands on what was edited, by the port of what was decided", async () => {
    expect(await run({}, { answer: person("approve", { edited: { to: "spinner" }, note: "Better." }) })).toMatchObject({
      type: "done",
      outputs: { approved: { to: "spinner" }, decision: { outcome: "approve", by: "ada", note: "Better.", at } },
    });
    const rejected = await run({}, { answer: person("reject") });
    expect(rejected).toMatchObject({ outputs: { rejected: { to: "weaver" } } });
    expect(rejected.type === "done" && Object.hasOwn(rejected.outputs, "approved")).toBe(false);
    const outcomes = [{ id: "a", name: "later", title: "Next week" }];
    expect(await run({ outcomes }, { answer: person("later", { edited: null }) })).toMatchObject({ outputs: { later: null, decision: { outcome: "later" } } });
  });

  it("leaves by its default when nobody decides in time", async () => {
    const answer = { kind: "time" as const, at };
    expect(await run({}, { answer })).toMatchObject({ outputs: { rejected: { to: "weaver" }, decision: { outcome: "reject", by: null } } });
    expect(await run({ onTimeout: "approve" }, { answer })).toMatchObject({ outputs: { approved: { to: "weaver" } } });
    expect(await run({ timeoutAfter: 0 })).toMatchObject({ request: expect.not.objectContaining({ until: expect.anything() }) });
  });

  it("offers to edit by its schema, or by one like the value", async () => {
    expect(await run({ editable: true })).toMatchObject({
      request: { edit: { schema: { type: "object", properties: { to: { type: "string" } } }, value: { to: "weaver" } } },
    });
    expect(await run({ editable: true, editSchema: '{"type":"object","required":["to"]}' })).toMatchObject({
      request: { edit: { schema: { required: ["to"] } } },
    });
  });

  it("refuses what is too large to be looked at", async () => {
    expect(await run({}, { inputs: { value: "x".repeat(300_000) } })).toMatchObject({ type: "failed", failure: { code: "limit" } });
  });

  it("says what is wrong with its settings", () => {
    expect(problems({})).toEqual([]);
    const outcomes = [
      { id: "a", name: "approved" },
      { id: "b", name: "not a name" },
    ];
    expect(problems({ outcomes })).toEqual(expect.arrayContaining(["/outcomes/0/name", "/outcomes/1/name"]));
    expect(problems({ editable: true, editSchema: "[1]" })).toEqual(["/editSchema"]);
    expect(problems({ onTimeout: "later" })).toEqual(["/onTimeout"]);
    expect(problems({ onTimeout: "later", outcomes: [{ id: "a", name: "later" }] })).toEqual([]);
    expect(problems({ escalateAfter: 1 })).toEqual(["/escalateRoles"]);
  });
});

it("makes a form of a value", () => {
  expect(inferSchema({ name: "Ada", age: 7, tags: ["a"], mixed: [1, "a"], at: { home: true }, none: null })).toEqual({
    type: "object",
    properties: {
      name: { type: "string" },
      age: { type: "number" },
      tags: { type: "array", items: { type: "string" } },
      mixed: { type: "array" },
      at: { type: "object", properties: { home: { type: "boolean" } } },
      none: {},
    },
  });
  expect(inferSchema("a\nb")).toMatchObject({ type: "string", "x-heddle": { layout: "text" } });
});
