import { describe, expect, it } from "vitest";
import { type ModelMessage, textOf } from "../kit/models/message.ts";
import { createAgent, look, outputs, send, sum, use } from "./testing/play-agent.ts";

describe("a structured answer", () => {
  const output = { type: "object", properties: { score: { type: "number" } }, required: ["score"] };

  it("comes out as a value, in a code fence, too", async () => {
    const { play, model } = createAgent(['```json\n{"score": 4}\n```']);
    expect(outputs(await play({ config: { output } }))).toMatchObject({ result: { score: 4 } });
    expect(model.requests[0]?.output).toEqual(output);
  });

  it("that does not fit goes back twice, then fails", async () => {
    const { play, model } = createAgent(["four", '{"score":"four"}', '{"score":4}']);
    expect(outputs(await play({ config: { output } }))).toMatchObject({ result: { score: 4 } });
    expect(textOf(model.requests[2]?.messages.at(-1)?.content as never)).toContain("/score");
    await expect(createAgent(["a", "b", "c"]).play({ config: { output } })).rejects.toMatchObject({ code: "validation" });
  });

  it("is asked for in words where the model knows no other way", async () => {
    const { play, model } = createAgent(['{"score":1}'], { abilities: { images: true, tools: true, structured: false, temperature: true } });
    await play({ config: { output } });
    expect(model.requests[0]?.output).toBeUndefined();
    expect(model.requests[0]?.system).toContain('"score"');
  });
});

describe("limits", () => {
  const endless = Array.from({ length: 20 }, () => use("sum"));

  it("warn at 80 %, and ask a person who may add the same again", async () => {
    const { play } = createAgent([...endless.slice(0, 6), "Done."]);
    const played = await play({ config: { maxTurns: 5 }, tools: [sum], onPerson: () => "continue" });
    expect(played.waits).toMatchObject([{ name: "limit-turns-1", gate: "approval", decisions: ["continue", "stop"] }]);
    expect(played.logs.filter((line) => line.includes("4 turns of the 5 turns"))).toHaveLength(1);
    expect(outputs(played)).toMatchObject({ text: "Done.", usage: { turns: 7 } });
  });

  it.each([
    ["turns", { maxTurns: 2 }],
    ["toolCalls", { maxToolCalls: 1 }],
    ["tokens", { maxTokens: 150 }],
    ["dollars", { maxDollars: 0.003 }],
    ["minutes", { maxMinutes: 1 }],
  ])("of %s end the agent when a person stops it, or nobody is asked", async (kind, limits) => {
    const stopped = createAgent(endless).play({
      config: limits,
      tools: [sum],
      onPerson: ({ name }) => (name.startsWith(`limit-${kind}`) ? { decision: "stop", note: "Enough." } : "continue"),
    });
    await expect(stopped).rejects.toMatchObject({ code: "limit", details: { limit: kind } });
    await expect(createAgent(endless).play({ config: { ...limits, onLimit: "fail" }, tools: [sum] })).rejects.toMatchObject({
      code: "limit",
      details: { limit: kind },
    });
  });
});

describe("memory", () => {
  it("of a thread is gone on with, and added to once", async () => {
    const { play, model, memory } = createAgent(["I am a loom.", [use("sum"), { type: "reasoning", text: "Hm." }], "A loom, as I said."]);
    const config = { memory: "thread", thread: "ada" };
    await play({ config, inputs: { prompt: "What are you?" } });
    // another run: the fake keeps keys by run, and the key of this one is taken
    expect(memory.said("ada")).toHaveLength(2);
    await memory.append(
      { scope: "graph", run: "run_b" as never, node: "node_b" as never, key: "ada" },
      {
        key: "b",
        messages: [
          { role: "user", content: [{ type: "text", text: "And?" }] },
          { role: "assistant", content: [{ type: "text", text: "Yes." }] },
        ],
      },
    );
    await play({ config, inputs: { prompt: "Again?" }, tools: [sum] });
    expect(model.requests[1]?.messages.map(({ content }) => textOf(content as never))).toEqual(["What are you?", "I am a loom.", "And?", "Yes.", "Again?"]);
  });

  it("that is longer than it may be is summed up, and the summary is kept", async () => {
    const { play, model, memory } = createAgent(["Ada likes blue.", "Blue."]);
    const thread = { scope: "graph", run: "run_b" as never, node: "node_b" as never, key: "ada" } as const;
    const long = Array.from({ length: 6 }, (_, index): ModelMessage[] => [
      { role: "user", content: [{ type: "text", text: `${index} `.repeat(300) }] },
      { role: "assistant", content: [{ type: "text", text: "Noted." }] },
    ]).flat();
    await memory.append(thread, { key: "b", messages: long });
    const played = await play({ config: { memory: "thread", thread: "ada", memoryTokens: 1_000 }, inputs: { prompt: "Which colour?" } });
    expect(memory.summaryOf("ada")).toBe("Ada likes blue.");
    expect(model.requests[1]?.system).toContain("Ada likes blue.");
    expect(model.requests[1]?.messages.length).toBeLessThan(6);
    expect(model.requests[1]?.messages[0]?.role).toBe("user");
    expect(outputs(played)).toMatchObject({ usage: { inputTokens: 200 } });
  });

  it("that holds what tools brought in makes the agent ask before writes", async () => {
    const { play, memory } = createAgent([use("send"), "Done."]);
    const thread = { scope: "graph", run: "run_b" as never, node: "node_b" as never, key: "ada" } as const;
    const result: ModelMessage = { role: "tool", content: [{ type: "tool-result", id: "1", name: "look", content: [{ type: "text", text: "x" }] }] };
    await memory.append(thread, {
      key: "b",
      messages: [{ role: "user", content: [{ type: "text", text: "Look." }] }, { role: "assistant", content: [use("look")] }, result],
    });
    const config = { memory: "thread", thread: "ada", autonomy: "autopilot" };
    expect((await play({ config, tools: [send], onPerson: () => "approve" })).waits).toHaveLength(1);
  });

  it("keeps nothing of a conversation that nobody named", async () => {
    const { play, model } = createAgent(["One.", "Two."]);
    await play({ config: { memory: "thread", thread: " " } });
    await play({ config: { memory: "thread", thread: "" } });
    expect(model.requests[1]?.messages).toHaveLength(1);
  });
});

describe("what comes in", () => {
  it("goes on with a conversation, with pictures, and helps with a failure", async () => {
    const { play, model } = createAgent(["I see."]);
    const image = { $asset: "a".repeat(64), name: "a.png", mediaType: "image/png", bytes: 1 };
    const messages = [
      { role: "system", content: "Speak like a weaver." },
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
    ];
    const failed = { code: "http-status", message: "The shop answered 500.", details: { status: 500 } };
    const played = await play({ config: { helpsWithFailure: true }, inputs: { prompt: "Look.", messages, images: [image], failed } });
    expect(model.requests[0]?.system).toContain("weaver");
    const last = model.requests[0]?.messages.at(-1)?.content as { type: string; text?: string }[];
    expect(last[0]).toMatchObject({ type: "image" });
    expect(textOf(last)).toContain("The shop answered 500.");
    expect(outputs(played).messages).toHaveLength(4);
  });

  it("gives the pictures its model makes as stored files, in every record of them", async () => {
    const drawn = (data: string) => ({ type: "image" as const, image: { mediaType: "image/png", data: btoa(data) } });
    const { play, model } = createAgent([
      [drawn("first"), use("look")],
      [drawn("second"), drawn("first")],
    ]);
    const played = await play({ tools: [look] });
    expect(outputs(played)).toMatchObject({
      text: "",
      images: [
        { name: "picture-1.png", bytes: 5 },
        { name: "picture-1.png", bytes: 6 },
      ],
    });
    expect(model.requests[1]?.messages[1]?.content[0]).toMatchObject({ type: "image", image: { $asset: expect.any(String) } });
    expect(JSON.stringify([outputs(played), model.requests, played.logs])).not.toContain(btoa("first"));
    expect(played.logs).toContain("info Turn 1: draws picture-1.png");
  });

  it("shows the model pictures a tool brings, where it can see them", async () => {
    const picture = { result: [{ type: "image", data: "AAAA", mimeType: "image/png" }] };
    const seeing = createAgent([use("look"), "Done."]);
    await seeing.play({ tools: [look], onCall: () => picture });
    expect(JSON.stringify(seeing.model.requests[1]?.messages.at(-1))).toContain('"data":"AAAA"');
    const blind = createAgent([use("look"), "Done."], { abilities: { images: false, tools: true, structured: true, temperature: true } });
    await blind.play({ tools: [look], onCall: () => picture });
    expect(JSON.stringify(blind.model.requests[1]?.messages.at(-1))).not.toContain("AAAA");
  });
});
