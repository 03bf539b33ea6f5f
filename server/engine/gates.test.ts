import { expect, test } from "vitest";
import approval from "#nodes/approval/execute.ts";
import forEach from "#nodes/for-each/execute.ts";
import loop from "#nodes/loop/execute.ts";
import stageGate from "#nodes/stage-gate/execute.ts";
import { edgeIdSchema, type NodeId, type RunId } from "#runtime/graph/ids.ts";
import { emptyGraph, type Graph, type GraphNode } from "#runtime/graph/schema.ts";
import type { Gate } from "../contract/approvals.ts";
import { testEngines } from "./testing/test-engines.ts";

const { boot } = testEngines();
const nodes = [approval, stageGate, forEach, loop];
const WAITING = { timeout: 15_000 };
const workspace = "workspace_default";

const id = (name: string) => `node_${name}` as NodeId;
function graph(made: Record<string, Partial<GraphNode> & { type: string }>, edges: string[]): Graph {
  return {
    ...emptyGraph("Test"),
    nodes: Object.entries(made).map(([name, node]) => ({ id: id(name), version: 1, label: name, position: { x: 0, y: 0 }, config: {}, ...node })),
    edges: edges.map((text, index) => {
      const ends = text.split(" > ").map((end) => end.split("."));
      const at = (which: number) => ({ node: id(ends[which]?.[0] ?? ""), port: ends[which]?.[1] ?? "" });
      return { id: edgeIdSchema.parse(`edge_${index}`), kind: "data" as const, source: at(0), target: at(1) };
    }),
  };
}
const text = (yields: unknown) => ({ type: "sample-step", config: { yields } as never });
const exit = (name = "result") => ({ type: "sample-exit", config: { name } });

async function begin(made: Graph) {
  const booted = boot({ nodes });
  await booted.engine.start();
  const run = await booted.startGraph(made);
  const open = async (count: number): Promise<Gate[]> => {
    await expect.poll(async () => (await booted.gates.list({ workspace, limit: 50 })).items.length, WAITING).toBe(count);
    return (await booted.gates.list({ workspace, limit: 50 })).items;
  };
  const decide = (gate: Gate | undefined, decision: string, more: object = {}) => booted.gates.decide(gate?.id ?? "", { decision, actor: "me", ...more });
  return { ...booted, run: run.id, open, decide };
}

test("side by side, an edited value goes on downstream, and what was rejected does not", async () => {
  const { run, open, decide, finished, runs } = await begin(
    graph(
      {
        a: text({ to: "weaver" }),
        b: text("no"),
        first: { type: "approval", config: { editable: true } },
        second: { type: "approval" },
        out: exit(),
        other: exit("other"),
      },
      ["a.value > first.value", "b.value > second.value", "first.approved > out.value", "second.approved > other.value"],
    ),
  );
  const gates = await open(2);
  const [first, second] = ["first", "second"].map((label) => gates.find((gate) => gate.label === label));
  await expect(decide(first, "approve", { edited: { to: 5 } })).rejects.toMatchObject({ code: "bad-request", details: { errors: [{ path: "/edited" }] } });
  await expect(decide(second, "approve", { edited: "else" })).rejects.toMatchObject({ code: "bad-request" });
  await expect(decide(first, "approve", { digest: second?.digest })).rejects.toMatchObject({ code: "conflict" });
  await decide(first, "approve", { edited: { to: "spinner" }, digest: first?.digest });
  await decide(second, "reject");
  await finished(run);
  const detail = await runs.read(run);
  expect(detail).toMatchObject({ state: "succeeded", output: { result: { to: "spinner" } } });
  expect(detail.nodes[id("other")]?.state).toBe("skipped");
});

test("asks for each item of a list, and keeps their order", async () => {
  const { run, open, decide, finished, runs } = await begin(
    graph({ list: text(["a", "b", "c"]), each: { type: "for-each" }, ask: { type: "approval", parent: id("each") }, out: exit() }, [
      "list.value > each.items",
      "each.item > ask.value",
      "ask.approved > each.result",
      "each.results > out.value",
    ]),
  );
  const gates = (await open(3)).toSorted((one, two) => (two.path[0] ?? 0) - (one.path[0] ?? 0));
  await decide(gates[0], "approve");
  await decide(gates[1], "reject");
  await decide(gates[2], "approve");
  await finished(run);
  expect((await runs.read(run)).output).toEqual({ result: ["a", "c"] });
});

test("goes on after its process was lost: asked once, decided by another", async () => {
  const made = graph({ a: text("x"), ask: { type: "approval" }, out: exit() }, ["a.value > ask.value", "ask.approved > out.value"]);
  const first = boot({ nodes, leaseMs: 1_000 });
  await first.engine.start();
  const run = await first.startGraph(made);
  await expect.poll(async () => (await first.gates.list({ workspace, limit: 5 })).items.length, WAITING).toBe(1);
  await first.engine.close();
  const second = boot({ nodes, owner: "two", leaseMs: 1_000 });
  await second.engine.start();
  const [gate] = (await second.gates.list({ workspace, limit: 5 })).items;
  await second.gates.decide(gate?.id ?? "", { decision: "approve", actor: "me" });
  await second.finished(run.id);
  expect((await second.runs.read(run.id)).output).toEqual({ result: "x" });
  const asked = (await second.store.readEvents(run.id, 0, 1_000)).filter(({ type }) => type === "node-waiting");
  expect(asked).toHaveLength(1);
});

test("a stage gate in a loop sends the round back as often as it may, and its go ends the loop", async () => {
  const { run, open, decide, gates, finished, runs } = await begin(
    graph(
      {
        draft: text("draft"),
        loop: { type: "loop", config: { carry: [{ id: "a", name: "draft", type: "any" }] } },
        gate: { type: "stage-gate", parent: id("loop"), config: { maxRecycles: 2 } },
        out: exit(),
        rounds: exit("rounds"),
      },
      [
        "draft.value > loop.draft",
        "loop.this_draft > gate.value",
        "loop.round > gate.round",
        "gate.value > loop.next_draft",
        "gate.done > loop.done",
        "loop.draft > out.value",
        "loop.rounds > rounds.value",
      ],
    ),
  );
  for (const [round, offers] of [true, true, false].entries()) {
    await expect.poll(async () => (await gates.list({ workspace, limit: 5 })).items[0]?.path, WAITING).toEqual([round]);
    const [gate] = await open(1);
    expect(gate?.decisions.includes("recycle")).toBe(offers);
    await decide(gate, offers ? "recycle" : "go");
  }
  await finished(run);
  expect((await runs.read(run)).output).toEqual({ result: "draft", rounds: 3 });
});

test("a stage gate ends the run for a reason, and stays open on a hold", async () => {
  const { run, open, decide, finished, runs } = await begin(graph({ gate: { type: "stage-gate" }, out: exit() }, ["gate.go > out.value"]));
  const [first] = await open(1);
  await decide(first, "hold", { note: "Not yet." });
  await expect.poll(async () => (await open(1))[0]?.id, WAITING).not.toBe(first?.id);
  const [held] = await open(1);
  expect(held).toMatchObject({ details: { held: [{ by: "me", note: "Not yet." }] } });
  await expect(decide(held, "kill")).rejects.toMatchObject({ code: "bad-request", details: { errors: [{ path: "/note" }] } });
  await decide(held, "kill", { note: "Nobody wants it." });
  await finished(run);
  expect(await runs.read(run)).toMatchObject({ state: "killed", failure: { message: "Nobody wants it." } });
});

test("nobody decides in time: the default is taken", async () => {
  const { run, finished, runs } = await begin(
    graph({ ask: { type: "approval", config: { timeoutAfter: 1, timeoutUnit: "seconds", onTimeout: "approve" } }, out: exit() }, ["ask.decision > out.value"]),
  );
  await finished(run as RunId);
  expect((await runs.read(run)).output).toMatchObject({ result: { outcome: "approve", by: null } });
});
