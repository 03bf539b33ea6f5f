import { expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import type { References } from "#runtime/node/references.ts";
import { deciders } from "../kit/gates/deciders.ts";
import { type ToolRule, toolRegistry } from "../kit/mcp/service.ts";
import { approvalVoid, type ToolApproval, type ToolBinding } from "../kit/mcp/tool-binding.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeToolRegistry, FAKE_BINDING } from "../kit/testing/fake-tool-registry.ts";
import { runExample } from "../kit/testing/run-example.ts";
import execute from "./execute.ts";

const inputSchema = { type: "object", properties: { to: { type: "string" } }, required: ["to"] };
const references: References = {
  "tool:conn_a/send": { kind: "tool", connection: "conn_a", name: "send", title: "Send mail", inputSchema, readOnly: false, hash: "0".repeat(64) },
};
const said = (decision: string, more: { note?: string; edited?: Json } = {}): WaitAnswer => ({
  kind: "person",
  at: "2026-01-01T00:00:00.000Z",
  decision,
  note: "",
  by: "ada",
  ...more,
});

/** The node is entered, and once more for each answer, when `now` is how the tool stands. */
async function enter(rule: ToolRule, answer?: WaitAnswer, given: { now?: Partial<ToolBinding>; gone?: string; caller?: ToolApproval; refuses?: string } = {}) {
  const send = () => {
    if (given.refuses !== undefined) throw approvalVoid(given.refuses);
    return { content: [{ type: "text" as const, text: "sent" }] };
  };
  const registry = createFakeToolRegistry({ send }, { send: rule });
  registry.standing.callersApproval = given.caller;
  const config = { connection: "conn_a", tool: "send", arguments: { to: "ada" } };
  const recorded = new Map();
  const play = (answers: Record<string, WaitAnswer>) => {
    const context = createFakeContext({
      provide: (services) => {
        services.provide(toolRegistry, registry);
        services.provide(deciders, { mayStillDecide: async (by) => by !== given.gone });
      },
      answers,
      recorded,
    });
    return runExample(execute, { config, inputs: {}, references }, context);
  };
  let result = await play({});
  if (answer) {
    Object.assign(registry.standing.binding, given.now);
    result = await play({ allowed: answer });
  }
  return { result, calls: registry.calls };
}

it("makes the call where it is allowed, without saying that anybody let it through", async () => {
  const { result, calls } = await enter("allow");
  expect(result).toMatchObject({ type: "done", outputs: { text: "sent" } });
  expect(calls).toMatchObject([{ arguments: { to: "ada" } }]);
  expect(calls[0]?.approval).toBeUndefined();
});

it("makes no call where it is denied", async () => {
  const { result, calls } = await enter("deny");
  expect(result).toMatchObject({ type: "failed", failure: { code: "policy", happened: "no", message: expect.stringContaining('"send" may not be called') } });
  expect(calls).toEqual([]);
});

it("asks a person, who sees the call and may edit what it gives", async () => {
  const { result, calls } = await enter("ask");
  expect(result).toMatchObject({
    type: "wait",
    request: {
      kind: "person",
      gate: "tool-call",
      name: "allowed",
      title: "Call Send mail?",
      decisions: ["approve", "reject"],
      details: {
        calls: [{ id: "call", tool: "send", title: "Send mail", arguments: { to: "ada" }, schema: inputSchema, effect: "write", binding: FAKE_BINDING }],
      },
      edit: { schema: { properties: { call: inputSchema } }, value: { call: { to: "ada" } } },
    },
  });
  expect(calls).toEqual([]);
});

it.each<[string, WaitAnswer, Json]>([
  ["as it was proposed", said("approve"), { to: "ada" }],
  ["with what was edited", said("approve", { edited: { call: { to: "bob" } } }), { to: "bob" }],
])("makes an approved call %s", async (_, answer, sent) => {
  const { result, calls } = await enter("ask", answer);
  expect(result).toMatchObject({ type: "done" });
  expect(calls).toMatchObject([{ arguments: sent, approval: { by: "ada", binding: FAKE_BINDING } }]);
});

it.each([
  ["rejected", said("reject", { note: "Not on Sundays" }), 'The call of "Send mail" was rejected: Not on Sundays'],
  ["taken out", said("approve", { edited: {} }), 'The call of "Send mail" was taken out.'],
])("makes no call that was %s", async (_, answer, message) => {
  const { result, calls } = await enter("ask", answer);
  expect(result).toMatchObject({ type: "failed", failure: { code: "policy", happened: "no", message } });
  expect(calls).toEqual([]);
});

it.each<[string, Parameters<typeof enter>[2], string]>([
  ["the tool", { now: { tool: "tool-2" } }, "The server describes this tool otherwise"],
  ["the connection", { now: { connection: "2" } }, "The settings of its connection have changed"],
  ["the credential", { now: { access: "another" } }, "Another credential or account"],
  ["the right of who approved it", { gone: "ada" }, "Whoever approved this call may not decide any more."],
  ["something that shows only when it is sent", { refuses: "The server describes this tool otherwise." }, "The server describes this tool otherwise."],
])("asks again, and says why, where %s is another one when the approved call is made", async (_, given, problem) => {
  const { result } = await enter("ask", said("approve", { edited: { call: { to: "bob" } } }), given);
  expect(result).toMatchObject({
    type: "wait",
    request: {
      gate: "tool-call",
      name: "allowed-2",
      details: { problem: expect.stringContaining(problem), calls: [{ arguments: { to: "bob" }, binding: { ...FAKE_BINDING, ...given?.now } }] },
    },
  });
});

it("makes no call that was denied meanwhile", async () => {
  const rules: Record<string, ToolRule> = { send: "ask" };
  const registry = createFakeToolRegistry({ send: () => ({ content: [] }) }, rules);
  const provide: Parameters<typeof createFakeContext>[0] = { provide: (services) => services.provide(toolRegistry, registry), recorded: new Map() };
  const play = (answers: Record<string, WaitAnswer>) =>
    runExample(execute, { config: { connection: "conn_a", tool: "send" }, inputs: {}, references }, createFakeContext({ ...provide, answers }));
  expect(await play({})).toMatchObject({ type: "wait" });
  rules.send = "deny";
  expect(await play({ allowed: said("approve") })).toMatchObject({ type: "failed", failure: { code: "policy", happened: "no" } });
  expect(registry.calls).toEqual([]);
});

it("asks nobody again about what its caller was allowed, unless something has changed since", async () => {
  const { result, calls } = await enter("ask", undefined, { caller: { by: "ada", binding: FAKE_BINDING } });
  expect(result).toMatchObject({ type: "done" });
  expect(calls).toMatchObject([{ approval: { by: "ada", binding: FAKE_BINDING } }]);
  const changed = await enter("allow", undefined, { caller: { by: "ada", binding: { ...FAKE_BINDING, tool: "tool-0" } } });
  expect(changed.result).toMatchObject({
    type: "wait",
    request: { name: "allowed", details: { problem: expect.stringContaining("describes this tool otherwise") } },
  });
  expect(changed.calls).toEqual([]);
});
