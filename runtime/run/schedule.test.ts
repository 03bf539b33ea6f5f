import { describe, expect, test } from "vitest";
import { sampleId, samplePlan } from "../testing/sample-nodes.ts";
import { simulate } from "../testing/simulate.ts";
import { applyEvent, foldRun } from "./apply-event.ts";
import { createRunState } from "./create-run-state.ts";
import type { RunEventBody } from "./events.ts";
import { RunLogError } from "./run-log-error.ts";
import { type NodeKey, nodeKey } from "./run-state.ts";
import { type Command, schedule } from "./schedule.ts";

const step = { type: "sample-step" };
const need = { type: "sample-need" };
const key = (name: string): NodeKey => nodeKey(sampleId(name), []);

/** Every node yields 1 on these ports. */
const yields =
  (ports: Record<string, readonly string[]> = {}) =>
  (command: Extract<Command, { type: "start" }>): RunEventBody => ({
    type: "node-succeeded",
    node: command.node,
    path: command.path,
    outputs: Object.fromEntries((ports[command.node.slice(5)] ?? ["value"]).map((port) => [port, { type: "inline" as const, value: 1 }])),
  });

const failing =
  (name: string, failure: { code?: "network" | "timeout" | "validation"; happened?: "no" | "unknown" } = {}) =>
  (command: Extract<Command, { type: "start" }>): RunEventBody =>
    command.node === sampleId(name)
      ? {
          type: "attempt-failed",
          node: command.node,
          path: command.path,
          attempt: command.attempt,
          failure: { code: failure.code ?? "validation", message: "no", happened: failure.happened ?? "no" },
        }
      : yields()(command);

describe("schedule", () => {
  test("starts what is ready, all at once, and nothing twice", () => {
    const plan = samplePlan({ a: step, b: step, c: step, d: step }, ["a > b", "a > c", "b > d"]);
    const state = createRunState(plan);
    expect(schedule(plan, state).map((command) => "node" in command && command.node)).toEqual([sampleId("a")]);
    const { commands, state: end } = simulate(plan, yields());
    const started = commands.flatMap((command) => (command.type === "start" ? [command.node] : []));
    expect(started).toEqual(["a", "b", "c", "d"].map(sampleId));
    expect(end.phase).toMatchObject({ type: "finished", state: "succeeded" });
  });

  test("skips the path that was not taken, and joins what was", () => {
    const plan = samplePlan({ branch: { type: "sample-branch" }, left: need, right: need, after: need, join: { type: "sample-merge" } }, [
      "branch.left > left",
      "branch.right > right",
      "right > after",
      "left > join.values",
      "after > join.values",
    ]);
    const { state } = simulate(plan, yields({ branch: ["left"], join: ["values"] }));
    expect(state.nodes.get(key("right"))?.state).toBe("skipped");
    expect(state.nodes.get(key("after"))?.state).toBe("skipped");
    expect(state.nodes.get(key("join"))?.state).toBe("succeeded");
  });

  test("a required input that can no longer get a value skips its node before the others settle", () => {
    const plan = samplePlan({ branch: { type: "sample-branch" }, slow: step, both: { type: "sample-need" }, last: need }, [
      "branch.right > both",
      "both > last",
    ]);
    const { state } = simulate(plan, (command) => (command.node === sampleId("slow") ? undefined : yields({ branch: ["left"] })(command)));
    expect(state.nodes.get(key("last"))?.state).toBe("skipped");
    expect(state.phase.type).toBe("running");
  });

  test("merge on first runs with the first value and not again", () => {
    const plan = samplePlan({ a: step, b: step, first: { type: "sample-merge", config: { mode: "first" } } }, ["a > first.values", "b > first.values"]);
    const { commands } = simulate(plan, yields({ first: ["values"] }));
    expect(commands.filter((command) => command.type === "start" && command.node === sampleId("first"))).toHaveLength(1);
  });

  test("a merge whose sources are all skipped is skipped", () => {
    const plan = samplePlan({ branch: { type: "sample-branch" }, a: need, join: { type: "sample-merge" } }, ["branch.right > a", "a > join.values"]);
    const { state } = simulate(plan, yields({ branch: ["left"] }));
    expect(state.nodes.get(key("join"))?.state).toBe("skipped");
    expect(state.phase).toMatchObject({ type: "finished", state: "succeeded" });
  });

  test("a path that was not taken ends at a node that could do without a value, too", () => {
    const plan = samplePlan({ branch: { type: "sample-branch" }, write: step, after: need, first: { type: "sample-merge", config: { mode: "first" } } }, [
      "branch.right > write",
      "write > after",
      "after > first.values",
    ]);
    const { state } = simulate(plan, yields({ branch: ["left"] }));
    expect(["write", "after", "first"].map((name) => state.nodes.get(key(name))?.state)).toEqual(["skipped", "skipped", "skipped"]);
  });

  test("an optional input whose source is skipped keeps a node that got another value from nothing", () => {
    const plan = samplePlan({ a: step, branch: { type: "sample-branch" }, join: { type: "sample-merge" } }, ["a > join.values", "branch.right > join.values"]);
    const { state } = simulate(plan, yields({ branch: ["left"] }));
    expect(state.nodes.get(key("join"))?.state).toBe("succeeded");
  });

  test("merge on first remembers which value came first, not which wire", () => {
    const plan = samplePlan({ a: step, b: step, first: { type: "sample-merge", config: { mode: "first" } } }, ["a > first.values", "b > first.values"]);
    let state = createRunState(plan);
    for (const name of ["b", "a"]) {
      const at = { node: sampleId(name), path: [], at: "2026-01-01T00:00:00.000Z" };
      state = applyEvent(state, { type: "node-started", attempt: 1, effect: "pure", seq: state.seq + 1, ...at });
      state = applyEvent(state, { type: "node-succeeded", outputs: { value: { type: "inline", value: name } }, seq: state.seq + 1, ...at });
    }
    expect(state.readiness.get(key("first"))?.first).toEqual({ node: sampleId("b"), port: "value" });
  });

  test("a run that a node ends on purpose spares the writes under way, a cancelled one does not", () => {
    const plan = samplePlan({ a: { ...step, config: { effect: "write" } } }, []);
    const stopping = (state: "succeeded" | "cancelled") => {
      const { state: running } = simulate(plan, () => undefined);
      const stopped = { type: "run-stopping" as const, state, reason: "", actor: "x", seq: running.seq + 1, at: "2026-01-01T00:00:00.000Z" };
      return schedule(plan, applyEvent(running, stopped));
    };
    expect(stopping("succeeded")).toEqual([{ type: "abort", scope: "repeatable" }]);
    expect(stopping("cancelled")).toEqual([{ type: "abort", scope: "all" }]);
  });

  test("a failure stops the run once what runs has ended", () => {
    const plan = samplePlan({ a: step, b: need }, ["a > b"]);
    const { state } = simulate(plan, failing("a"));
    expect(state.phase).toMatchObject({ type: "finished", state: "failed", failure: { code: "validation", node: sampleId("a") } });
    expect(state.nodes.get(key("b"))?.state).toBe("pending");
  });

  test("what is ready does not start in the same look in which a failure ends the run", () => {
    const plan = samplePlan({ a: step, b: { ...step, config: { effect: "write" } } }, []);
    const begun = { ...plan, settings: { concurrency: 1 } };
    const { state } = simulate(begun, (command) => (command.node === sampleId("a") ? failing("a")(command) : undefined));
    expect(state.nodes.get(key("b"))?.attempt).toBe(0);
  });

  test("a transient failure is tried again as often as the policy says", () => {
    const plan = samplePlan({ a: { ...step, policy: { attempts: 3 } } }, []);
    const { commands } = simulate(plan, failing("a", { code: "network" }));
    expect(commands.filter((command) => command.type === "start").map((command) => command.attempt)).toEqual([1, 2, 3]);
  });

  test("attempts that ran out of time are counted for those that come after, others are not", () => {
    const plan = samplePlan({ a: { ...step, policy: { attempts: 3 } } }, []);
    expect(simulate(plan, failing("a", { code: "timeout" })).state.nodes.get(key("a"))?.timeouts).toBe(3);
    expect(simulate(plan, failing("a", { code: "network" })).state.nodes.get(key("a"))?.timeouts).toBeUndefined();
  });

  test("a write without proof of its end asks a person; with proof that nothing happened it is tried again", () => {
    const write = { ...step, config: { effect: "write" }, policy: { attempts: 2 } };
    const plan = samplePlan({ a: write }, []);
    const unclear = simulate(plan, failing("a", { code: "network", happened: "unknown" }));
    expect(unclear.state.nodes.get(key("a"))?.state).toBe("uncertain");
    expect(unclear.state.phase.type).toBe("running");
    const clear = simulate(plan, failing("a", { code: "network", happened: "no" }));
    expect(clear.commands.filter((command) => command.type === "start")).toHaveLength(2);
  });

  test("the failure branch carries the failure, and the run goes on", () => {
    const plan = samplePlan({ a: { ...step, policy: { onFailure: "branch" } }, rescue: need, usual: need }, ["a.failure > rescue", "a > usual"]);
    const { commands } = simulate(plan, failing("a"));
    expect(commands).toContainEqual(expect.objectContaining({ type: "fail", handling: "branch" }));
  });

  test("a disabled node passes its value through", () => {
    const plan = samplePlan({ a: step, b: { ...step, disabled: true }, c: need }, ["a > b", "b > c"]);
    const { state } = simulate(plan, yields());
    expect(state.nodes.get(key("b"))).toMatchObject({ state: "skipped", reason: "disabled", outputs: { value: { value: 1 } } });
    expect(state.nodes.get(key("c"))?.state).toBe("succeeded");
  });

  test("a disabled merge on first hands on what came first, not the value of its first wire", () => {
    const plan = samplePlan({ a: step, b: step, first: { type: "sample-merge", config: { mode: "first" }, disabled: true } }, [
      "a > first.values",
      "b > first.values",
    ]);
    let state = createRunState(plan);
    for (const name of ["b", "a"]) {
      const at = { node: sampleId(name), path: [], at: "2026-01-01T00:00:00.000Z" };
      state = applyEvent(state, { type: "node-started", attempt: 1, effect: "pure", seq: state.seq + 1, ...at });
      state = applyEvent(state, { type: "node-succeeded", outputs: { value: { type: "inline", value: name } }, seq: state.seq + 1, ...at });
    }
    expect(schedule(plan, state)).toMatchObject([{ type: "skip", reason: "disabled", outputs: { values: { value: "b" } } }]);
  });

  test("a disabled merge that collects hands on the list of what came, as it would collect it", () => {
    const wires = ["a > all.values", "b > all.values", "skipped.left > all.values", "all.values > end"];
    const all = { type: "sample-merge", disabled: true };
    const branch = { type: "sample-branch", config: { take: "right" as const } };
    const plan = samplePlan({ a: step, b: step, skipped: branch, all, end: { type: "sample-exit" } }, wires);
    const { state, commands } = simulate(plan, (command) => {
      const port = command.node === sampleId("skipped") ? "right" : "value";
      return { type: "node-succeeded", node: command.node, path: [], outputs: { [port]: { type: "inline", value: command.node } } };
    });
    const came = [sampleId("a"), sampleId("b")].map((value) => ({ type: "inline", value }));
    expect(commands).toContainEqual({ type: "skip", reason: "disabled", node: sampleId("all"), path: [], outputs: {}, lists: { values: came } });
    expect(state.nodes.get(key("all"))).toMatchObject({ outputs: { values: { value: [sampleId("a"), sampleId("b")] } } });
  });

  test("a disabled node hands on one value where its output cannot hold a list", () => {
    const plan = samplePlan({ a: step, all: { type: "sample-merge", disabled: true } }, ["a > all.values"]);
    const all = plan.nodes[sampleId("all")];
    const narrow = { ...plan, nodes: { ...plan.nodes, [sampleId("all")]: { ...all, outputs: { values: { type: "text", optional: false, many: false } } } } };
    const { state } = simulate(narrow as typeof plan, yields());
    expect(state.nodes.get(key("all"))).toMatchObject({ outputs: { values: { value: 1 } } });
  });

  test("a disabled node with a failure branch hands nothing to it", () => {
    const plan = samplePlan({ a: step, b: { ...step, disabled: true, policy: { onFailure: "branch" } }, rescue: need, usual: need }, [
      "a > b",
      "b.failure > rescue",
      "b > usual",
    ]);
    const { state } = simulate(plan, yields());
    expect(state.nodes.get(key("rescue"))?.state).toBe("skipped");
    expect(state.nodes.get(key("usual"))?.state).toBe("succeeded");
  });

  test("only the chosen entry starts", () => {
    const plan = samplePlan({ one: { type: "sample-entry" }, two: { type: "sample-entry" }, after: need }, ["two > after"]);
    const begun = applyEvent(createRunState(plan), {
      type: "run-created",
      run: "run_1" as never,
      input: {},
      actor: "x",
      entry: sampleId("one"),
      seq: 1,
      at: "2026-01-01T00:00:00.000Z",
    });
    const { state } = simulate(plan, yields(), begun);
    expect(state.nodes.get(key("two"))?.state).toBe("skipped");
    expect(state.nodes.get(key("after"))?.state).toBe("skipped");
  });

  test("held runs start nothing; the concurrency bound is kept", () => {
    const plan = { ...samplePlan({ a: step, b: step, c: step }, []), settings: { concurrency: 2 } };
    expect(schedule(plan, createRunState(plan))).toHaveLength(2);
    const held = applyEvent(createRunState(plan), { type: "run-held", reason: "lunch", actor: "x", seq: 1, at: "2026-01-01T00:00:00.000Z" });
    expect(schedule(plan, held)).toEqual([]);
  });
});

describe("the log", () => {
  test("the same log folds to the same state, and gives the same commands", () => {
    const plan = samplePlan({ a: step, b: { type: "sample-branch" }, c: need, d: need }, ["a > b", "b.left > c", "b.right > d"]);
    const first = simulate(plan, yields({ b: ["left"] }));
    const folded = foldRun(plan, first.events);
    expect(folded).toEqual(first.state);
    const second = simulate(plan, yields({ b: ["left"] }));
    expect(JSON.stringify(second.commands)).toBe(JSON.stringify(first.commands));
  });

  test("a gap or a stranger is refused", () => {
    const plan = samplePlan({ a: step }, []);
    const at = "2026-01-01T00:00:00.000Z";
    expect(() => foldRun(plan, [{ type: "run-resumed", actor: "x", seq: 2, at }])).toThrow(RunLogError);
    expect(() => foldRun(plan, [{ type: "retry-due", node: sampleId("zzz"), path: [], seq: 1, at }])).toThrow(RunLogError);
  });

  test("a chain of 2,000 nodes costs the same per event as a short one", () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `n${index}`);
    const plan = samplePlan(
      Object.fromEntries(names.map((name) => [name, step])),
      names.slice(1).map((name, index) => `${names[index]} > ${name}`),
    );
    let looked = 0;
    const { state } = simulate(plan, (command) => {
      looked += 1;
      return yields()(command);
    });
    expect(looked).toBe(2_000);
    expect(state.phase).toMatchObject({ type: "finished", state: "succeeded" });
  });
});
