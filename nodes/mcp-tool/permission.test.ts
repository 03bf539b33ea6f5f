import { expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import type { References } from "#runtime/node/references.ts";
import { type ToolRule, toolRegistry } from "../kit/mcp/service.ts";
import { createFakeContext } from "../kit/testing/fake-context.ts";
import { createFakeToolRegistry } from "../kit/testing/fake-tool-registry.ts";
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

async function enter(rule: ToolRule, answer?: WaitAnswer) {
  const registry = createFakeToolRegistry({ send: () => ({ content: [{ type: "text", text: "sent" }] }) }, { send: rule });
  const context = createFakeContext({ provide: (services) => services.provide(toolRegistry, registry), ...(answer && { answers: { allowed: answer } }) });
  const config = { connection: "conn_a", tool: "send", arguments: { to: "ada" } };
  return { result: await runExample(execute, { config, inputs: {}, references }, context), calls: registry.calls };
}

it("makes the call where it is allowed, without saying that anybody let it through", async () => {
  const { result, calls } = await enter("allow");
  expect(result).toMatchObject({ type: "done", outputs: { text: "sent" } });
  expect(calls).toMatchObject([{ arguments: { to: "ada" }, isApproved: false }]);
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
      details: { calls: [{ id: "call", tool: "send", title: "Send mail", arguments: { to: "ada" }, schema: inputSchema, effect: "write" }] },
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
  expect(calls).toMatchObject([{ arguments: sent, isApproved: true }]);
});

it.each([
  ["rejected", said("reject", { note: "Not on Sundays" }), 'The call of "Send mail" was rejected: Not on Sundays'],
  ["taken out", said("approve", { edited: {} }), 'The call of "Send mail" was taken out.'],
])("makes no call that was %s", async (_, answer, message) => {
  const { result, calls } = await enter("ask", answer);
  expect(result).toMatchObject({ type: "failed", failure: { code: "policy", happened: "no", message } });
  expect(calls).toEqual([]);
});
