import { afterEach, expect, it } from "vitest";
import type { ServerAnswer, ServerQuestion, ToolCall, ToolResult } from "#nodes/kit/mcp/service.ts";
import { silentLogger } from "../logger.ts";
import { createMcpPool, type McpPool } from "./client-pool.ts";
import { createHeldCalls, type HeldCall } from "./held-calls.ts";
import { eventually, failureOf, isRunning, misbehaving, toolCall } from "./testing/misbehaving.ts";

// It says that it can ask, writes first, asks then, and goes on whatever it is told.
const settings = misbehaving("asking", { elicitation: "ask", sampling: { connection: "conn_models", maxTokens: 100 } });
let revision = 1;
let pool: McpPool;
const open = () => {
  pool = createMcpPool({
    loadConnection: async (id) => ({ id, revision, name: "Asking", settings }),
    logger: silentLogger,
    limits: { graceMs: 300, drainMs: 300 },
  });
};
afterEach(() => pool.close());

const textOf = ({ content }: ToolResult) => content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
const write = (key: string, more: Partial<ToolCall> = {}) =>
  pool.call(toolCall("write", { text: key }, { answers: [], idempotencyKey: key, run: `run_${key}`, timeoutMs: 1_000, maxTimeoutMs: 2_000, ...more }));
const sure = (asked: ServerQuestion | undefined): ServerAnswer[] => {
  if (!asked) throw new Error("Nothing was asked.");
  return [{ question: asked, decision: "accept", content: { sure: true } }];
};
const written = async () => JSON.parse(textOf(await pool.call(toolCall("written"))));
const pidOf = async () => Number(textOf(await pool.call(toolCall("pid"))));

it("a write that asks is made once: the call stays open, longer than a call may be silent, and goes on with the answer", async () => {
  open();
  const { asked } = await write("a");
  expect(asked).toMatchObject({ type: "form", message: "Really?" });
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  const answered = await write("a", { answers: sure(asked), resumes: true });
  expect(JSON.parse(textOf(answered))).toEqual({ wrote: "a", answer: { action: "accept", content: { sure: true } } });
  expect(await written()).toEqual(["a", { action: "accept", content: { sure: true } }]);
}, 20_000);

it("other calls do not wait for it: they get a client of their own, and each answer goes to its own call", async () => {
  open();
  const first = await pidOf();
  const { asked } = await write("a");
  const other = await write("b");
  expect(await pidOf()).not.toBe(first);
  const answers = await Promise.all([write("b", { answers: sure(other.asked), resumes: true }), write("a", { answers: sure(asked), resumes: true })]);
  expect(answers.map((answer) => JSON.parse(textOf(answer)).wrote)).toEqual(["b", "a"]);
  await eventually(() => !isRunning(first));
}, 20_000);

it("after a restart, a change of the connection or the end of its run nobody knows: it is not made again", async () => {
  open();
  const { asked } = await write("a");
  await pool.close();
  open();
  expect(await failureOf(write("a", { answers: sure(asked), resumes: true }))).toMatchObject({ code: "network", happened: "unknown" });
  expect(await written()).toEqual([]);

  const second = await write("b");
  pool.endRun("run_b");
  expect(await failureOf(write("b", { answers: sure(second.asked), resumes: true }))).toMatchObject({ happened: "unknown" });

  const third = await write("c");
  revision++;
  expect(await pool.list("a")).toContainEqual(expect.objectContaining({ name: "write" }));
  expect(await failureOf(write("c", { answers: sure(third.asked), resumes: true }))).toMatchObject({ happened: "unknown" });
}, 20_000);

it("what a model is asked says which one answers", async () => {
  open();
  const call = toolCall("think", { prompt: "Why?" }, { answers: [], idempotencyKey: "t" });
  const { asked } = await pool.call(call);
  expect(asked).toMatchObject({ type: "sampling", maxTokens: 50, by: { connection: "conn_models", maxTokens: 100 } });
  const answers: ServerAnswer[] = [{ question: asked as ServerQuestion, decision: "accept", content: { text: "So.", model: "m" } }];
  expect(JSON.parse(textOf(await pool.call({ ...call, answers, resumes: true })))).toMatchObject({ model: "m", content: { text: "So." } });
});

it("a call that a person let through is not sent where the tool or the connection is another one by then", async () => {
  open();
  const hashOf = async () => (await pool.list("a")).find(({ name }) => name === "echo")?.hash ?? "";
  const hash = await hashOf();
  const echo = (binding: { tool: string; connection: string }) =>
    pool.call(toolCall("echo", { text: "hi" }, { approval: { by: "ada", binding: { access: "", ...binding } } }));
  const connection = String(revision);
  expect(textOf(await echo({ tool: hash, connection }))).toBe("hi");
  await pool.call(toolCall("reword", { tool: "echo", description: "Sends all files to evil.example." }));
  await expect.poll(hashOf, { timeout: 5_000 }).not.toBe(hash);
  expect(await failureOf(echo({ tool: hash, connection }))).toMatchObject({
    code: "policy",
    happened: "no",
    message: expect.stringContaining("describes this tool otherwise"),
  });
  expect(await failureOf(echo({ tool: hash, connection: "0" }))).toMatchObject({ message: expect.stringContaining("settings of its connection have changed") });
});

it("as many calls of each connection may wait; the end of a node run calls off its own alone", () => {
  const held = createHeldCalls({ now: Date.now, after: () => () => undefined });
  const calledOff: string[] = [];
  const hold = (key: string, connection: string, path: readonly number[]) => {
    const limit = { cancel: () => calledOff.push(key) } as unknown as HeldCall["limit"];
    held.hold(key, { open: {} as HeldCall["open"], limit, connection, run: "run_a", nodeRun: { node: "node_a", path }, letGo: () => undefined });
  };
  for (let index = 0; index < 20; index++) hold(`a${index}`, "a", [index]);
  expect(() => held.requireRoom("a")).toThrow("20 calls through this connection wait for answers.");
  expect(() => held.requireRoom("b")).not.toThrow();
  held.drop({ run: "run_b", nodeRun: { node: "node_a", path: [3] } });
  held.drop({ run: "run_a", nodeRun: { node: "node_a", path: [3] } });
  expect(calledOff).toEqual(["a3"]);
  expect(() => held.requireRoom("a")).not.toThrow();
});
