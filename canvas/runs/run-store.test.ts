import { describe, expect, test, vi } from "vitest";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { foldRun } from "#runtime/run/apply-event.ts";
import type { RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { writeSnapshot } from "#runtime/run/snapshot.ts";
import { recordRun } from "#runtime/testing/record-run.ts";
import { recordedContainerScenarios } from "#runtime/testing/recorded-container-scenarios.ts";
import { sampleId, samplePlan } from "#runtime/testing/sample-nodes.ts";
import { simulate } from "#runtime/testing/simulate.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import type { RunFollower } from "../api/live-followers.ts";
import { nodeInputs } from "./node-inputs.ts";
import { elapsedMs, progressOf, shownState } from "./run-progress.ts";
import { createRunStore, type RunStoreGiven } from "./run-store.ts";

const run = runIdSchema.parse("run_1");
const [a, b] = [sampleId("a"), sampleId("b")];
const plan = samplePlan({ a: { type: "sample-step" }, b: { type: "sample-need" } }, ["a > b"]);
const succeed = (node: typeof a): RunEventBody => ({ type: "node-succeeded", node, path: [], outputs: { value: { type: "inline", value: `of ${node}` } } });

async function openStore(load = async () => plan, given: Partial<RunStoreGiven> = {}) {
  const frames: (() => void)[] = [];
  const stop = vi.fn();
  const from: number[] = [];
  let follower: RunFollower | undefined;
  const store = createRunStore({
    run,
    loadPlan: load,
    loadSnapshot: async () => undefined,
    readEvents: async () => [],
    ...given,
    follow: (_run, after, followed) => {
      from.push(after);
      follower = followed;
      return stop;
    },
    later: (task) => {
      frames.push(task);
      return () => frames.splice(frames.indexOf(task), 1);
    },
  });
  const told = vi.fn();
  store.subscribe(told);
  await vi.waitFor(() => expect(store.current().state ?? store.current().problem).toBeDefined());
  told.mockClear();
  const event = (event: RunEvent) => follower?.event(event);
  const draw = () => {
    for (const task of frames.splice(0)) task();
  };
  return { store, told, stop, event, draw, ephemeral: (given: Parameters<RunFollower["ephemeral"]>[0]) => follower?.ephemeral(given), frames, from };
}

const created: RunEventBody = { type: "run-created", run, input: {}, actor: "local" };
const numbered = (bodies: readonly RunEventBody[]): RunEvent[] => bodies.map((body, index) => ({ ...body, seq: index + 1, at: "2026-01-01T00:00:00.000Z" }));

describe("run store", () => {
  test("folds what comes between two frames at once and leaves other node runs as they are", async () => {
    const { store, told, event, draw } = await openStore();
    const pendingB = store.current().state?.nodes.get(nodeKey(b, []));
    for (const each of numbered([created, { type: "node-started", node: a, path: [], attempt: 1, effect: "pure" }, succeed(a)])) event(each);
    expect(told).not.toHaveBeenCalled();
    draw();
    expect(told).toHaveBeenCalledTimes(1);
    const { state, live } = store.current();
    expect(state?.nodes.get(nodeKey(a, []))?.state).toBe("succeeded");
    expect(state?.nodes.get(nodeKey(b, []))).toBe(pendingB);
    expect(state && progressOf(state)).toEqual({ settled: 1, total: 2 });
    expect(live).toBe(true);
    expect(nodeInputs(store.current(), b)).toMatchObject([{ port: "value", sources: [{ from: "from a", value: { type: "inline", value: `of ${a}` } }] }]);
  });

  test("a finished run is over, and no longer followed", async () => {
    const { store, event, draw, stop } = await openStore();
    const { events } = simulate(plan, (command) => succeed(command.node));
    for (const each of events) event(each);
    draw();
    expect(store.current().live).toBe(false);
    expect(shownState(store.current())).toBe("succeeded");
    expect(stop).toHaveBeenCalled();
  });

  test("shows what is not recorded until the attempt ends", async () => {
    const { store, event, ephemeral, draw } = await openStore();
    const [first, started, ended] = numbered([created, { type: "node-started", node: a, path: [], attempt: 1, effect: "pure" }, succeed(a)]);
    if (!first || !started || !ended) throw new Error("three events");
    event(first);
    event(started);
    ephemeral({ type: "progress", node: a, path: [], value: 3, total: 10 });
    ephemeral({ type: "token", node: a, path: [], text: "Once " });
    ephemeral({ type: "token", node: a, path: [], text: "upon" });
    ephemeral({ type: "log", node: a, path: [], line: { at: "2026-01-01T00:00:00.000Z", level: "info", message: "hello" } });
    draw();
    expect(store.current().activities.get(nodeKey(a, []))).toMatchObject({
      progress: { value: 3, total: 10 },
      text: "Once upon",
      lines: [{ message: "hello" }],
    });
    event(ended);
    draw();
    expect(store.current().activities.size).toBe(0);
    // words that were on their way when it ended
    ephemeral({ type: "token", node: a, path: [], text: "late" });
    draw();
    expect(store.current().activities.size).toBe(0);
  });

  test("keeps only the end of a long text", async () => {
    const { store, ephemeral, draw } = await openStore();
    for (let index = 0; index < 50; index++) ephemeral({ type: "token", node: a, path: [], text: String(index).padStart(1_000, ".") });
    draw();
    const text = store.current().activities.get(nodeKey(a, []))?.text ?? "";
    expect(text).toHaveLength(20_000);
    expect(text.endsWith("49")).toBe(true);
  });

  test("a log that cannot be folded is told, not thrown", async () => {
    const { store, event, draw, stop } = await openStore();
    event({ ...created, seq: 2, at: "2026-01-01T00:00:00.000Z" });
    draw();
    expect(store.current().problem).toContain("cannot be read");
    expect(stop).toHaveBeenCalled();
  });

  test("a plan that cannot be had is told", async () => {
    const { store } = await openStore(async () => Promise.reject(new Error("There is no run run_1.")));
    expect(store.current().problem).toBe("There is no run run_1.");
  });

  test("tells nobody after it was closed", async () => {
    const { store, told, event, draw, stop } = await openStore();
    event(numbered([created])[0] ?? { ...created, seq: 1, at: "" });
    store.close();
    draw();
    expect(told).not.toHaveBeenCalled();
    expect(stop).toHaveBeenCalled();
  });
});

describe("a run store that is opened with a fold", () => {
  const scenario = recordedContainerScenarios.loop;
  if (!scenario) throw new Error("There is no recorded loop.");
  const { plan: rounds, steps } = recordRun(scenario);
  const events = steps.flatMap((step) => step.events);
  const folded = (seq: number) => foldRun(rounds, events.slice(0, seq));
  const snapshot = (seq: number) => ({ loadSnapshot: async () => JSON.parse(writeSnapshot(folded(seq))) as { format: number } });
  const open = (given: Partial<RunStoreGiven>) => openStore(async () => rounds, given);

  test("shows it at once, goes on with what follows, and asks for no event before", async () => {
    const readEvents = vi.fn(async () => []);
    const { store, event, draw, from } = await open({ ...snapshot(6), readEvents });
    expect(store.current().state).toEqual(folded(6));
    // the last event is told once more: some of it is in no fold
    expect(from).toEqual([5]);
    for (const each of events.slice(5)) event(each);
    draw();
    expect(store.current().state).toEqual(folded(events.length));
    expect(store.current().live).toBe(false);
    expect(readEvents).not.toHaveBeenCalled();
  });

  test("reads the events before when it is asked to, one page at a time, and says when they do not come", async () => {
    const readEvents = vi.fn(async (_run: unknown, { after, limit }: { after: number; limit: number }) => events.slice(after, after + limit));
    readEvents.mockRejectedValueOnce(new Error("The server is away."));
    const { store, told } = await open({ ...snapshot(events.length), readEvents });
    const known = () => store.current().record.iterations.get(nodeKey(sampleId("loop"), []))?.size;
    expect(known()).toBe(1);
    store.loadEarlier();
    store.loadEarlier();
    await vi.waitFor(() => expect(store.current().earlierProblem).toBe("The server is away."));
    expect(readEvents).toHaveBeenCalledTimes(1);
    told.mockClear();
    store.loadEarlier();
    await vi.waitFor(() => expect(told).toHaveBeenCalled());
    expect(store.current()).toMatchObject({ earlierProblem: undefined, record: { missing: 0 } });
    expect(known()).toBe(2);
    store.loadEarlier();
    expect(readEvents).toHaveBeenCalledTimes(2);
  });

  test("reads all events instead when the fold is of another format, or does not come", async () => {
    const others: Partial<RunStoreGiven>[] = [
      { loadSnapshot: async () => ({ format: 0 }) },
      { loadSnapshot: () => Promise.reject(new Error("The server is away.")) },
    ];
    for (const given of others) {
      const { store, event, draw, from } = await open(given);
      expect(from).toEqual([0]);
      for (const each of events) event(each);
      draw();
      expect(store.current()).toMatchObject({ live: false, problem: undefined });
    }
  });

  test("asks for none of a run that waits for its turn", async () => {
    const loadSnapshot = vi.fn(async () => undefined);
    await open({ loadSnapshot, summary: { state: "queued" } as RunSummary });
    expect(loadSnapshot).not.toHaveBeenCalled();
    await open({ loadSnapshot, summary: { state: "running" } as RunSummary });
    expect(loadSnapshot).toHaveBeenCalledOnce();
  });
});

test("elapsed time runs to the end, or to now", () => {
  const startedAt = "2026-01-01T00:00:00.000Z";
  const now = Date.parse("2026-01-01T00:00:09.000Z");
  expect(elapsedMs({ startedAt, finishedAt: "2026-01-01T00:00:02.500Z" }, now)).toBe(2_500);
  expect(elapsedMs({ startedAt, finishedAt: null }, now)).toBe(9_000);
  expect(elapsedMs({ startedAt: null, finishedAt: null }, now)).toBeUndefined();
});

describe("a run that is looked at as it was", () => {
  const { events } = simulate(plan, (command) => succeed(command.node));
  const stateOf = (store: Awaited<ReturnType<typeof openStore>>["store"], node: typeof a) => store.current().state?.nodes.get(nodeKey(node, []))?.state;

  test("shows each place of its log, and the present again", async () => {
    const { store, event, draw } = await openStore();
    for (const each of events) event(each);
    draw();
    const succeededAt = events.find((each) => each.type === "node-succeeded" && each.node === a)?.seq ?? 0;
    store.seek(succeededAt - 1);
    expect(store.current()).toMatchObject({ live: false, replay: { seq: succeededAt - 1, last: events.length, isLive: false, isLoading: false } });
    expect(store.current().replay?.at).toBe(events[succeededAt - 2]?.at);
    expect([stateOf(store, a), stateOf(store, b)]).toEqual(["running", "pending"]);
    store.seek(succeededAt);
    expect(stateOf(store, a)).toBe("succeeded");
    store.seek(0);
    expect(store.current().state?.seq).toBe(0);
    store.seek(undefined);
    expect(store.current().replay).toBeUndefined();
    expect([stateOf(store, a), stateOf(store, b)]).toEqual(["succeeded", "succeeded"]);
  });

  test("stays where it is while the run goes on, and tells how far that is", async () => {
    const { store, event, draw, told } = await openStore();
    for (const each of events.slice(0, 3)) event(each);
    draw();
    store.seek(1);
    told.mockClear();
    for (const each of events.slice(3)) event(each);
    draw();
    expect(told).toHaveBeenCalledTimes(1);
    expect(store.current()).toMatchObject({ live: false, replay: { seq: 1, last: events.length, isLive: false } });
    expect(store.current().state?.seq).toBe(1);
    store.seek(undefined);
    expect(store.current().state?.seq).toBe(events.length);
  });

  test("reads the events before the fold it was opened with", async () => {
    const cut = events.length - 1;
    const readEvents = vi.fn(async (_run: unknown, { after, limit }: { after: number; limit: number }) => events.slice(after, after + limit));
    const { store, event, draw } = await openStore(undefined, {
      loadSnapshot: async () => JSON.parse(writeSnapshot(foldRun(plan, events.slice(0, cut)))),
      readEvents,
    });
    for (const each of events.slice(cut - 1)) event(each);
    draw();
    expect(store.current().record.missing).toBe(cut - 1);
    store.seek(2);
    expect(store.current().replay).toMatchObject({ seq: 2, isLoading: true });
    await vi.waitFor(() => expect(store.current().replay).toMatchObject({ seq: 2, last: events.length, isLoading: false }), { timeout: 3_000 });
    expect(store.current().state?.seq).toBe(2);
    expect(store.current().events.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
    expect(readEvents).toHaveBeenCalledTimes(1);
  });
});
