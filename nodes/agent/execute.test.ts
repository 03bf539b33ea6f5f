import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { WaitRequest } from "#runtime/node/outcome.ts";
import { testOffer } from "../kit/testing/play-node.ts";
import { createAgent, look, outputs, send, sum, told, use } from "./testing/play-agent.ts";

type Gate = Extract<WaitRequest, { kind: "person" }> & {
  details: { calls: { id: string; tool: string; arguments: Json; reason?: string; hash: string }[]; says: string };
};

describe("an agent", () => {
  it("answers, streams its words, and counts what they cost", async () => {
    const { play, model } = createAgent(["Hello."]);
    const played = await play({ config: { examples: [{ id: "a", input: "Hi?", output: "Hi." }], temperature: 0.5 } });
    expect(outputs(played)).toMatchObject({ text: "Hello.", usage: { turns: 1, toolCalls: 0, inputTokens: 100, outputTokens: 10, dollars: 0.00012 } });
    expect(played.emissions).toEqual([{ type: "token", text: "Hello." }]);
    expect(played.charges).toMatchObject([{ name: "turn-1", amount: 0.00012, details: { inputTokens: 100 } }]);
    expect(model.requests[0]).toMatchObject({ system: "Be brief.", temperature: 0.5 });
    expect(model.requests[0]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  });

  it("says that a price is not known, and goes on", async () => {
    const { play } = createAgent(["Hello."], { prices: undefined as never, known: false });
    const played = await play();
    expect(played.logs.filter((line) => line.includes("price"))).toHaveLength(1);
    expect(played.charges).toMatchObject([{ amount: 0, details: { price: "unknown" } }]);
  });

  it("looks things up by itself on copilot, calls side by side, and reads the answers in order", async () => {
    const { play, model } = createAgent([[use("look", { text: "x" }, "1"), use("sum", { text: "y" }, "2")], "Done."]);
    const played = await play({ tools: [look, sum] });
    expect(played.calls).toMatchObject([[{ node: "node_look", inputs: { text: "x" } }, { node: "node_sum" }]]);
    expect(played.waits).toEqual([]);
    expect(told(model, 1)).toEqual([
      { text: "did x", isError: false },
      { text: "did y", isError: false },
    ]);
    expect(model.requests).toHaveLength(2);
    expect(played.logs).toContain('info Turn 1: wants look({"text":"x"})');
    expect(played.logs.some((line) => line.includes("look answered: did x"))).toBe(true);
  });

  it.each([
    ["manual", "pure", true],
    ["copilot", "pure", false],
    ["copilot", "read", false],
    ["copilot", "keyed", true],
    ["copilot", "write", true],
    ["autopilot", "write", false],
  ] as const)("%s before a %s asks: %s", async (autonomy, effect, asks) => {
    const { play } = createAgent([use("tool"), "Done."]);
    const played = await play({ config: { autonomy }, tools: [testOffer("tool", { effect })], onPerson: () => "approve" });
    expect(played.waits).toHaveLength(asks ? 1 : 0);
    expect(played.calls).toHaveLength(1);
  });

  it("the stricter of agent and tool wins", async () => {
    const { play } = createAgent([use("tool"), "Done."]);
    const played = await play({ config: { autonomy: "autopilot" }, tools: [testOffer("tool", { autonomy: "manual" })], onPerson: () => "approve" });
    expect(played.waits).toHaveLength(1);
  });
});

describe("a review", () => {
  const tools = [look, send, testOffer("post", { effect: "write" })];
  const turn = [
    { type: "text" as const, text: "I will send it." },
    use("look", { text: "l" }, "1"),
    use("send", { text: "s" }, "2"),
    use("post", { text: "p" }, "3"),
  ];

  it("asks once for all calls of a turn, with all a person has to see", async () => {
    const { play } = createAgent([turn, "Done."]);
    const played = await play({ tools, onPerson: () => "approve" });
    expect(played.waits).toHaveLength(1);
    const gate = played.waits[0] as Gate;
    expect(gate).toMatchObject({
      gate: "tool-call",
      decisions: ["approve", "always-allow-in-this-run", "reject"],
      edit: { value: { "call-1-2": { text: "s" } } },
    });
    expect(gate.details).toMatchObject({
      says: "I will send it.",
      calls: [{ tool: "send", title: "Send a mail", effect: "write", schema: send.input }, { tool: "post" }],
    });
    expect(played.calls[0]?.map(({ node }) => node)).toEqual(["node_look", "node_send", "node_post"]);
  });

  it("gives the tool what a person put in place of the arguments, drops what they took out, tells the model, and records it", async () => {
    const { play, model } = createAgent([turn, "Done."]);
    const played = await play({ tools, onPerson: () => ({ decision: "approve", edited: { "call-1-2": { text: "better" } }, note: "softer" }) });
    expect(played.calls[0]).toMatchObject([{ node: "node_look" }, { node: "node_send", inputs: { text: "better" } }]);
    const [, second, third] = told(model, 1);
    expect(second?.text).toContain('to {"text":"better"}. They say: softer');
    expect(third).toEqual({ text: "A person took this call out. It was not made. They say: softer", isError: true });
    expect(played.recorded.get("decision-1")?.result).toMatchObject([
      { tool: "look", outcome: "allowed" },
      { tool: "send", outcome: "edited", before: { text: "s" }, arguments: { text: "better" }, by: "Ada", note: "softer" },
      { tool: "post", outcome: "dropped" },
    ]);
  });

  it("asks again when the changed arguments do not fit", async () => {
    const { play } = createAgent([use("send"), "Done."]);
    const edits: Json[] = [{ "call-1-1": { text: 7 } }, { "call-1-1": { text: "seven" } }];
    const played = await play({ tools, onPerson: () => ({ decision: "approve", edited: edits.shift() ?? null }) });
    expect(played.waits.map(({ name }) => name)).toEqual(["review-1", "review-1-2"]);
    expect(JSON.stringify((played.waits[1] as Gate).details)).toContain("do not fit");
    expect(played.calls).toMatchObject([[{ inputs: { text: "seven" } }]]);
  });

  it("tells the model why a person said no, and makes none of those calls", async () => {
    const { play, model } = createAgent([turn, "Then not."]);
    const played = await play({ tools, onPerson: () => ({ decision: "reject", note: "Not today." }) });
    expect(played.calls).toMatchObject([[{ node: "node_look" }]]);
    expect(told(model, 1)[1]).toEqual({ text: "A person rejected this call. It was not made. They say: Not today.", isError: true });
  });

  it("does not ask again for tools that may always be called in this run", async () => {
    const { play } = createAgent([use("send"), use("send"), use("post"), "Done."]);
    const decisions = ["always-allow-in-this-run", "approve"];
    const played = await play({ config: { askAfterUntrusted: false }, tools, onPerson: () => decisions.shift() ?? "reject" });
    expect(played.waits.map(({ name }) => name)).toEqual(["review-1", "review-3"]);
    expect(played.calls).toHaveLength(3);
  });

  it("asks before a write once outside content was read, on autopilot and for what may always be called", async () => {
    const { play } = createAgent([use("send"), use("look"), use("send"), "Done."]);
    const played = await play({ config: { autonomy: "autopilot" }, tools, onPerson: () => "approve" });
    // what the mail server answered is outside content, too
    expect(played.waits.map(({ name }) => name)).toEqual(["review-3"]);
    expect((played.waits[0] as Gate).details.calls[0]?.reason).toContain("Send a mail");
    const trusting = createAgent([use("send"), use("look"), use("send"), "Done."]);
    expect((await trusting.play({ config: { autonomy: "autopilot", askAfterUntrusted: false }, tools })).waits).toEqual([]);
  });

  it("never calls what a rule denies, and asks where a rule says so", async () => {
    const { play, model } = createAgent([[use("send", undefined, "1"), use("look", undefined, "2")], "Done."]);
    const rules = [
      { id: "a", tool: "Send a mail", rule: "deny" },
      { id: "b", tool: "look", rule: "ask" },
    ];
    const played = await play({ config: { autonomy: "autopilot", rules }, tools, onPerson: () => "approve" });
    expect(played.calls).toMatchObject([[{ node: "node_look" }]]);
    expect(played.waits).toHaveLength(1);
    expect(told(model, 1)[0]).toMatchObject({ isError: true });
  });
});

describe("safety", () => {
  const run = testOffer("run", { effect: "write" });

  it("blocks and asks by its rules, on autopilot", async () => {
    const { play, model } = createAgent([
      [use("run", { text: "rm -rf /" }, "1"), use("run", { text: "scp a b@c.example.com:/d" }, "2"), use("run", { text: "ls" }, "3")],
      "Done.",
    ]);
    const played = await play({ config: { autonomy: "autopilot", safety: "rules" }, tools: [run], onPerson: () => "approve" });
    expect((played.waits[0] as Gate).details.calls).toMatchObject([{ id: "call-1-2", score: 0.75 }]);
    expect(played.calls[0]?.map(({ inputs }) => inputs.text)).toEqual(["scp a b@c.example.com:/d", "ls"]);
    expect(told(model, 1)[0]?.text).toContain("safety check blocked");
  });

  it("does not let a person edit a call into one that is blocked", async () => {
    const { play } = createAgent([use("run", { text: "ls" }), "Done."]);
    const edits: Json[] = [{ "call-1-1": { text: "rm -rf /" } }, { "call-1-1": { text: "ls -l" } }];
    const played = await play({ config: { safety: "rules" }, tools: [run], onPerson: () => ({ decision: "approve", edited: edits.shift() ?? null }) });
    expect(played.calls).toMatchObject([[{ inputs: { text: "ls -l" } }]]);
  });

  it.each([
    ["a model's worse score blocks", '{"score":0.2,"findings":[{"principle":"scope","score":0.2,"reason":"Strange."}]}', 0],
    ["a model that agrees lets it pass", '{"score":1,"findings":[]}', 1],
    ["an answer that cannot be read blocks", "It is fine.", 0],
    ["a model that cannot be asked blocks", new NodeError("auth", "The key was refused.", { happened: "no" }), 0],
  ] as const)("%s", async (_, answer, calls) => {
    const { play } = createAgent([use("run", { text: "ls" }), answer, "Done."]);
    const played = await play({ config: { autonomy: "autopilot", safety: "model" }, tools: [run] });
    expect(played.calls).toHaveLength(calls);
    expect(outputs(played)).toMatchObject({ text: "Done." });
  });
});

describe("what goes wrong", () => {
  it("is told to the model: unknown tools, broken JSON, misfits, failed calls", async () => {
    const calls = [use("nothing", {}, "1"), { ...use("look", {}, "2"), invalid: "{tex" }, use("look", { text: 3 }, "3"), use("look", { text: "ok" }, "4")];
    const { play, model } = createAgent([calls, "Done."]);
    const played = await play({ tools: [look], onCall: () => new Error("No such page.") });
    expect(told(model, 1).map(({ isError }) => isError)).toEqual([true, true, true, true]);
    const texts = told(model, 1).map(({ text }) => text);
    expect(texts[0]).toContain("Your tools: look.");
    expect(texts[1]).toContain("no JSON");
    expect(texts[2]).toContain("do not fit");
    expect(texts[3]).toBe("The tool failed. No such page.");
    expect(outputs(played)).toMatchObject({ text: "Done." });
  });

  it("a call that was cancelled ends the agent", async () => {
    const { play } = createAgent([use("look"), "Done."]);
    await expect(play({ tools: [look], onCall: () => ({ state: "killed", message: "Enough." }) })).rejects.toMatchObject({ code: "cancelled" });
  });

  it("a passing failure of the model is tried again after a pause, others are not", async () => {
    const busy = new NodeError("http-status", "Overloaded.", { happened: "no", details: { status: 529 }, retryAfterMs: 7_000 });
    const { play } = createAgent([busy, busy, "Hello."]);
    const played = await play();
    expect(outputs(played)).toMatchObject({ text: "Hello." });
    expect(played.waits).toMatchObject([
      { kind: "time", name: "turn-1-pause-1", until: "2026-01-01T00:00:07.000Z" },
      { kind: "time", name: "turn-1-pause-2" },
    ]);
    const refusing = createAgent([new NodeError("auth", "No.", { happened: "no" })]);
    await expect(refusing.play()).rejects.toMatchObject({ code: "auth" });
    const down = createAgent([busy, busy, busy, busy, "Too late."]);
    await expect(down.play()).rejects.toMatchObject({ code: "http-status" });
  });

  it("a refusal fails with what the model said", async () => {
    const { play } = createAgent([{ content: [{ type: "text", text: "I will not." }], stopReason: "refusal" }]);
    await expect(play()).rejects.toMatchObject({ code: "policy", message: "The model declined to answer: I will not." });
  });

  it("an empty answer gets a second chance, and no third", async () => {
    expect(outputs(await createAgent(["", "Now."]).play())).toMatchObject({ text: "Now." });
    await expect(createAgent(["", "  "]).play()).rejects.toMatchObject({ code: "tool" });
  });

  it("an answer that was cut off is continued; calls in it are not made", async () => {
    const cut = (text: string) => ({ content: [{ type: "text" as const, text }], stopReason: "max-tokens" as const });
    expect(outputs(await createAgent([cut("One, "), cut("two, "), "three."]).play())).toMatchObject({ text: "One, two, three." });
    await expect(createAgent([cut("a"), cut("b"), cut("c"), "d"]).play()).rejects.toMatchObject({ code: "limit" });
    const { play, model } = createAgent([{ content: [use("look")], stopReason: "max-tokens" }, "Done."]);
    expect((await play({ tools: [look] })).calls).toEqual([]);
    expect(told(model, 1)[0]?.text).toContain("cut off");
  });

  it("a long result is cut for the model, and says so", async () => {
    const { play, model } = createAgent([use("look"), "Done."]);
    await play({ config: { maxResultCharacters: 600 }, tools: [look], onCall: () => ({ text: "x".repeat(5_000) }) });
    const [result] = told(model, 1);
    expect(result?.text).toContain("the first 600 of 5000 characters");
    expect(result?.text.length).toBeLessThan(800);
  });

  it("nothing to do, no provider, no tools in the model: says what to do", async () => {
    await expect(createAgent([]).play({ inputs: {} })).rejects.toMatchObject({ code: "validation" });
    const described = { abilities: { images: true, tools: false, structured: true, temperature: true } };
    await expect(createAgent([], described).play({ tools: [look] })).rejects.toThrow("cannot call tools");
  });
});
