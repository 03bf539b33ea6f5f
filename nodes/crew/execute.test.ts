import { describe, expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { type Play, playNode, testOffer } from "../kit/testing/play-node.ts";
import execute from "./execute.ts";

const member = (name: string, role = "worker"): ToolOffer =>
  testOffer(name, { title: name, input: { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] }, about: { role } });
const wire = (from: string, to: string) => ({ from: `node_${from}` as never, to: `node_${to}` as never });

/** What each member answers, call by call; an error is a failure. */
type Answers = Record<string, (string | Error)[]>;

async function playCrew(config: Record<string, unknown>, { answers, ...given }: { answers: Answers } & Partial<Play>) {
  const asked: { member: string; text: string }[] = [];
  const left = structuredClone(
    Object.fromEntries(Object.entries(answers).map(([name, list]) => [name, list.map((one) => (one instanceof Error ? { error: one.message } : one))])),
  );
  const played = await playNode(execute, {
    provide: () => undefined,
    config: { task: "Write about heddles.", ...config },
    onCall: ({ node, inputs }) => {
      const name = node.slice("node_".length);
      asked.push({ member: name, text: String(inputs.prompt) });
      const next = left[name]?.shift();
      if (next === undefined) throw new Error(`${name} has nothing more to say.`);
      return typeof next === "string" ? { text: next, messages: [] } : new Error(next.error);
    },
    ...given,
  });
  const outputs = played.outcome.type === "done" ? played.outcome.outputs : {};
  const bus = (outputs.conversation ?? []) as { from: string; to: string; kind: string; text: string; at: string }[];
  return { asked, outputs, bus, played, lines: bus.map(({ from, to, kind }) => `${from}>${to}:${kind}`) };
}

describe("a member that is no agent", () => {
  const sender = testOffer("sender", { title: "sender", effect: "write", input: { type: "object", properties: { prompt: { type: "string" } } } });
  const tools = [sender];

  it("writes only when a person lets it", async () => {
    const { asked, played } = await playCrew({}, { tools, answers: { sender: ["Sent."] }, onPerson: () => "approve" });
    expect(played.waits).toMatchObject([{ gate: "tool-call", details: { calls: [{ tool: sender.name, effect: "write" }] } }]);
    expect(asked).toHaveLength(1);
    const refused = playCrew({}, { tools, answers: { sender: [] }, onPerson: () => ({ decision: "reject", note: "Not today." }) });
    await expect(refused).rejects.toMatchObject({ code: "tool", message: expect.stringContaining("Not today.") });
  });

  it("is not asked about where it may act by itself; on manual everybody is", async () => {
    const free = await playCrew({}, { tools: [{ ...sender, autonomy: "autopilot" }], answers: { sender: ["Sent."] } });
    expect(free.played.waits).toEqual([]);
    const manual = await playCrew({}, { tools: [{ ...member("writer"), autonomy: "manual" }], answers: { writer: ["A draft."] }, onPerson: () => "approve" });
    expect(manual.played.waits).toHaveLength(1);
  });
});

describe("a crew in sequence", () => {
  it("works along the hand-off wires; each is told what came before, and all is on the bus", async () => {
    const { asked, outputs, lines, bus, played } = await playCrew(
      {},
      { tools: [member("editor"), member("writer")], handoffs: [wire("writer", "editor")], answers: { writer: ["A draft."], editor: ["A text."] } },
    );
    expect(asked.map((one) => one.member)).toEqual(["writer", "editor"]);
    expect(asked[1]?.text).toContain("## writer\nA draft.");
    expect(outputs).toMatchObject({ text: "A text.", rounds: 1 });
    expect(lines).toEqual(["crew>everybody:broadcast", "crew>writer:request", "writer>crew:response", "crew>editor:request", "editor>crew:response"]);
    expect(bus[2]).toMatchObject({ text: "A draft.", at: "2026-01-01T00:00:00.000Z" });
    expect(played.worked).toEqual(["message-1", "message-2", "message-3", "message-4", "message-5"]);
    expect(played.logs).toContain("info writer → crew (response): A draft.");
  });

  it("works in the order of its list without wires, and through a circle of them", async () => {
    const members = [
      { id: "a", member: "c" },
      { id: "b", member: "a" },
    ];
    const tools = ["a", "b", "c"].map((name) => member(name));
    const answers = () => ({ a: ["1"], b: ["2"], c: ["3"] });
    expect((await playCrew({ members }, { tools, answers: answers() })).asked.map((one) => one.member)).toEqual(["c", "a", "b"]);
    const handoffs = [wire("a", "b"), wire("b", "c"), wire("c", "a")];
    expect((await playCrew({}, { tools, handoffs, answers: answers() })).asked.map((one) => one.member)).toEqual(["a", "b", "c"]);
  });

  it("fails with a member, or goes on without it", async () => {
    const given = () => ({ tools: [member("a"), member("b")], answers: { a: [new Error("No ink.")], b: ["Done."] } });
    await expect(playCrew({}, given())).rejects.toMatchObject({ code: "tool", message: '"a" failed: No ink.' });
    const { outputs, lines, asked } = await playCrew({ onMemberFailure: "go-on" }, given());
    expect(outputs.text).toBe("Done.");
    expect(lines).toContain("a>crew:error");
    expect(asked[1]?.text).toContain("(failed) No ink.");
  });

  it("refuses members that take more than a task", async () => {
    const odd = testOffer("odd", { input: { type: "object", properties: { a: {}, b: {} }, required: ["a", "b"] } });
    await expect(playCrew({}, { tools: [odd], answers: {} })).rejects.toMatchObject({ code: "validation" });
  });
});

describe("a crew whose lead delegates", () => {
  const tools = [member("scout"), member("chief", "lead"), member("cook")];
  const hand = (...to: string[]) => JSON.stringify({ delegate: to.map((name) => ({ to: name, task: `Help, ${name}.` })) });
  const finished = '{"done":true,"answer":"A fair."}';

  it("hands out tasks that are worked on at once, until the lead is content", async () => {
    const { outputs, played, asked, lines } = await playCrew(
      { strategy: "lead-delegates" },
      { tools, answers: { chief: [hand("scout", "Cook"), finished], scout: ["A place."], cook: ["A soup."] } },
    );
    expect(outputs).toMatchObject({ text: "A fair.", rounds: 2 });
    expect(played.calls.map((group) => group.length)).toEqual([1, 2, 1]);
    expect(lines.slice(3, 7)).toEqual(["chief>scout:request", "chief>cook:request", "scout>chief:response", "cook>chief:response"]);
    expect(asked[3]?.text).toContain("A soup.");
  });

  it("asks again for an answer of another form, and tells of names nobody has", async () => {
    const { asked, outputs } = await playCrew({ strategy: "lead-delegates" }, { tools, answers: { chief: ["Let us see.", hand("smith"), finished] } });
    expect(asked[1]?.text).toContain("does not fit");
    expect(asked[2]?.text).toContain("Nobody in the crew is called so. They are: scout, cook.");
    expect(outputs.text).toBe("A fair.");
    await expect(playCrew({ strategy: "lead-delegates" }, { tools, answers: { chief: ["a", "b", "c"] } })).rejects.toMatchObject({ code: "validation" });
  });

  it("hands over along its wires alone", async () => {
    const { asked } = await playCrew(
      { strategy: "lead-delegates" },
      { tools, handoffs: [wire("chief", "scout")], answers: { chief: [hand("cook"), finished] } },
    );
    expect(asked[1]?.text).toContain("They are: scout.");
  });

  it("ends after its rounds", async () => {
    const config = { strategy: "lead-delegates", maxRounds: 2 };
    const answers = () => ({ chief: [hand("cook"), hand("cook")], cook: ["Soup.", "Stew."] });
    await expect(playCrew(config, { tools, answers: answers() })).rejects.toMatchObject({ code: "limit" });
    expect((await playCrew({ ...config, onLimit: "take-last" }, { tools, answers: answers() })).outputs).toMatchObject({ text: "Stew.", rounds: 2 });
  });

  it("needs a lead, and somebody to lead", async () => {
    await expect(playCrew({ strategy: "lead-delegates" }, { tools: [member("a")], answers: {} })).rejects.toThrow("needs a lead");
    await expect(playCrew({ strategy: "lead-delegates" }, { tools: [member("a", "lead")], answers: {} })).rejects.toBeInstanceOf(NodeError);
  });
});

describe("a crew with a review loop", () => {
  const tools = [member("critic", "reviewer"), member("writer")];
  const revise = '{"verdict":"revise","notes":"Shorter."}';

  it("sends the work back with notes until it is accepted", async () => {
    const { outputs, asked, lines } = await playCrew(
      { strategy: "review-loop" },
      { tools, answers: { writer: ["Long.", "Short."], critic: [revise, '{"verdict":"accept"}'] } },
    );
    expect(outputs).toMatchObject({ text: "Short.", rounds: 2 });
    expect(asked[2]).toMatchObject({ member: "writer" });
    expect(asked[2]?.text).toContain("critic: Shorter.");
    expect(asked[2]?.text).toContain("Long.");
    expect(lines).toContain("crew>everybody:broadcast");
  });

  it("does so at most N times, then fails or takes what there is", async () => {
    const given = () => ({ tools, answers: { writer: ["1", "2", "3"], critic: [revise, revise, revise] } });
    await expect(playCrew({ strategy: "review-loop", maxRecycles: 2 }, given())).rejects.toMatchObject({ code: "limit" });
    expect((await playCrew({ strategy: "review-loop", maxRecycles: 2, onLimit: "take-last" }, given())).outputs).toMatchObject({ text: "3", rounds: 3 });
  });

  it("a reviewer who fails accepts nothing", async () => {
    const config = { strategy: "review-loop", maxRecycles: 0, onMemberFailure: "go-on" };
    await expect(playCrew(config, { tools, answers: { writer: ["1"], critic: [new Error("Ill.")] } })).rejects.toThrow("could not review");
  });

  it("takes roles from its list for members that say none", async () => {
    const plain = [
      testOffer("a", { input: { type: "object", properties: { prompt: {} } } }),
      testOffer("b", { input: { type: "object", properties: { task: {} } } }),
    ];
    const members = [{ id: "x", member: "b", role: "reviewer" }];
    const played = await playNode(execute, {
      provide: () => undefined,
      config: { task: "Go.", strategy: "review-loop", members },
      tools: plain,
      onCall: ({ inputs }) => ({ text: "task" in inputs ? '{"verdict":"accept"}' : "Work." }),
    });
    expect(played.outcome).toMatchObject({ type: "done", outputs: { text: "Work." } });
  });
});
