import { describe, expect, it } from "vitest";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import { createRunState } from "#runtime/run/create-run-state.ts";
import { type ChildRecord, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { samplePlan } from "#runtime/testing/sample-nodes.ts";
import type { RunFollower } from "../api/live-followers.ts";
import { createCalledRuns } from "./called-runs.ts";
import { createRunRecord } from "./run-record.ts";
import type { RunView } from "./run-view.ts";
import { calledState, callsText } from "./use-called.ts";

const id = (name: string) => `node_${name}` as NodeId;
const run = (name: string) => `run_${name}` as RunId;
const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

/** A crew with a member, which has a tool; and a run that has called the member. */
function lookingAt(children: readonly ChildRecord[], { live = true, isOver = false, replayAt }: { live?: boolean; isOver?: boolean; replayAt?: string } = {}) {
  const base = samplePlan({ crew: { type: "sample-step" }, member: { type: "sample-step" }, tool: { type: "sample-step" } }, []);
  const { node_crew: crew, node_member: member, node_tool: tool } = base.nodes;
  if (!crew || !member || !tool) throw new Error("The sample plan has other nodes.");
  const offer = { node: id("tool"), name: "tool", title: "Tool", description: "", input: {}, effect: "pure" as const, hash: "" };
  const plan = { ...base, nodes: { node_crew: crew }, order: [id("crew")], callables: { node_member: { ...member, tools: [offer] }, node_tool: tool } };
  const created = createRunState(plan);
  const state: RunState = isOver ? { ...created, phase: { type: "finished", state: "cancelled", at: at(9), output: {} } } : created;
  const known = state.nodes.get(nodeKey(id("crew"), []));
  if (known) state.nodes.set(nodeKey(id("crew"), []), { ...known, children });
  const nothing = { summary: undefined, record: createRunRecord(), graph: undefined, events: [], activities: new Map(), problem: undefined };
  const replay = replayAt === undefined ? {} : { replay: { seq: 1, last: 9, at: replayAt, isLive: false, isLoading: false } };
  const view: RunView = { ...nothing, runId: run("root"), state, live, ...replay };
  const followers = new Map<RunId, RunFollower>();
  const tasks: (() => void)[] = [];
  const called = createCalledRuns({
    source: { current: () => view, subscribe: () => () => {} },
    followRun: (of, _after, follower) => {
      followers.set(of, follower);
      return () => followers.delete(of);
    },
    later: (task) => {
      tasks.push(task);
      return () => {};
    },
  });
  const settle = () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) task();
  };
  const stop = called.subscribe(() => {});
  settle();
  return { called, followers, settle, stop };
}

const member: ChildRecord = { name: "ask-1", run: run("member"), purpose: "tool", callee: id("member"), reserved: 0, begunAt: at(1) };
const opened = {
  type: "child-opened" as const,
  node: id("member"),
  path: [] as number[],
  name: "call-1-1",
  run: run("tool"),
  purpose: "tool" as const,
  callee: id("tool"),
};
const stamp = (seq: number) => ({ seq, at: at(seq) });

describe("runs that were called", () => {
  it("count for the node that ran, and show what it writes", () => {
    const { called, followers, settle } = lookingAt([member]);
    followers.get(run("member"))?.ephemeral({ type: "token", node: id("member"), path: [], text: "Once" });
    settle();
    const found = called.of(id("member"));
    expect(found).toMatchObject({ writing: "Once", calls: [{ caller: id("crew"), state: "running" }] });
    expect(found && calledState(found)).toBe("running");
    expect(found && callsText(found)).toBe("Called once");
  });

  it("are found below one another", () => {
    const { called, followers, settle } = lookingAt([member]);
    const log = followers.get(run("member"));
    log?.event({ ...opened, ...stamp(2) });
    settle();
    expect(called.of(id("tool"))?.calls).toMatchObject([{ caller: id("member"), state: "running", begunAt: at(2) }]);
    log?.event({
      type: "child-finished",
      node: id("member"),
      path: [],
      name: "call-1-1",
      run: run("tool"),
      state: "failed",
      outputs: {},
      cost: 0,
      ...stamp(3),
    });
    settle();
    expect(called.of(id("tool"))?.calls).toMatchObject([{ state: "failed", endedAt: at(3) }]);
  });

  it("are shown as they were at an earlier moment", () => {
    const ended = { ...member, end: { state: "succeeded" as const, at: at(5), outputs: {} } };
    const { called } = lookingAt([ended], { live: false, replayAt: at(3) });
    expect(called.of(id("member"))?.calls).toMatchObject([{ state: "running" }]);
    expect(lookingAt([ended], { live: false }).called.of(id("member"))?.calls).toMatchObject([{ state: "succeeded" }]);
  });

  it("that nobody ended in a run that is over were stopped", () => {
    expect(lookingAt([member], { live: false, isOver: true }).called.of(id("member"))?.calls).toMatchObject([{ state: "cancelled" }]);
    // known to be over by its summary alone: the events that tell how are on their way
    expect(lookingAt([member], { live: false }).called.of(id("member"))?.calls).toMatchObject([{ state: "running" }]);
  });

  it("are followed only while somebody looks", () => {
    const { followers, stop } = lookingAt([member]);
    expect(followers.size).toBe(1);
    stop();
    expect(followers.size).toBe(0);
  });

  it("keep what did not change", () => {
    const { called, followers, settle } = lookingAt([member]);
    const before = called.of(id("member"));
    followers.get(run("member"))?.event({ ...opened, ...stamp(2) });
    settle();
    expect(called.of(id("member"))).toBe(before);
  });
});
