import { expect, test, vi } from "vitest";
import { graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { samplePlan } from "#runtime/testing/sample-nodes.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import { ApiProblem } from "../api/api-problem.ts";
import type { GraphFollower } from "../api/live-followers.ts";
import { createRunSession, type RunServices } from "./run-session.ts";

const graph = graphIdSchema.parse("graph_1");

function summaryOf(number: number, state: RunSummary["state"] = "running"): RunSummary {
  const createdAt = `2026-01-01T00:00:0${number}.000Z`;
  const id = runIdSchema.parse(`run_${number}`);
  return {
    id,
    graph,
    revision: number,
    state,
    actor: "local",
    createdAt,
    startedAt: createdAt,
    finishedAt: null,
    cost: "0",
    failure: null,
    reason: null,
    parent: null,
    worker: null,
  };
}

function openSession(given: { run?: string; newest?: RunSummary; services?: Partial<RunServices> } = {}) {
  let follower: GraphFollower | undefined;
  const services: RunServices = {
    newestRuns: async () => (given.newest ? [given.newest] : []),
    readRun: async (id) => ({ ...summaryOf(1, "succeeded"), id }),
    readGraph: async (_graph, revision) => emptyGraph(`Revision ${revision}`),
    loadPlan: async () => samplePlan({ a: { type: "sample-step" } }, []),
    loadSnapshot: async () => undefined,
    readEvents: async () => [],
    followRun: () => () => {},
    followGraph: (_graph, followed) => {
      follower = followed;
      return () => {
        follower = undefined;
      };
    },
    later: (task) => {
      task();
      return () => {};
    },
    start: async () => summaryOf(5, "queued"),
    setBudget: async (id) => ({ ...summaryOf(5), id }),
    control: async (_verb, id) => ({ ...summaryOf(5, "cancelled"), id }),
    ...given.services,
  };
  const session = createRunSession({ graph, run: given.run ? runIdSchema.parse(given.run) : undefined }, services);
  session.open();
  return { session, current: session.source.current, run: (summary: RunSummary) => follower?.run(summary), isFollowing: () => follower !== undefined };
}

test("follows the newest run of the graph, also one that somebody else starts", async () => {
  const { current, run } = openSession({ newest: summaryOf(2) });
  await vi.waitFor(() => expect(current()?.runId).toBe("run_2"));
  run(summaryOf(1));
  expect(current()?.runId).toBe("run_2");
  run(summaryOf(3));
  expect(current()?.runId).toBe("run_3");
  run(summaryOf(3, "failed"));
  expect(current()).toMatchObject({ runId: "run_3", live: false, summary: { state: "failed" } });
});

test("shows a run at once when it is started, and controls it", async () => {
  const control = vi.fn(async () => summaryOf(5, "held"));
  const { session, current } = openSession({ services: { control } });
  await session.actions.cancel();
  expect(control).not.toHaveBeenCalled();
  await session.actions.start();
  expect(current()?.runId).toBe("run_5");
  await session.actions.hold();
  expect(control).toHaveBeenCalledWith("hold", "run_5", undefined);
  expect(current()?.summary?.state).toBe("held");
});

test("a cleared run stays away, the next one shows", async () => {
  const { session, current, run } = openSession({ newest: summaryOf(2) });
  await vi.waitFor(() => expect(current()?.runId).toBe("run_2"));
  session.actions.clear();
  run(summaryOf(2, "succeeded"));
  expect(current()).toBeUndefined();
  run(summaryOf(3));
  expect(current()?.runId).toBe("run_3");
});

test("a given run comes with the graph of its revision and stays the one", async () => {
  const { current, run } = openSession({ run: "run_1" });
  await vi.waitFor(() => expect(current()?.graph?.name).toBe("Revision 1"));
  run(summaryOf(9));
  expect(current()?.runId).toBe("run_1");
  expect(current()?.live).toBe(false);
});

test("a run that does not exist says so", async () => {
  const missing = new ApiProblem("not-found", "There is no run run_8.", { status: 404, title: "Not found" });
  const { current } = openSession({ run: "run_8", services: { readRun: () => Promise.reject(missing) } });
  await vi.waitFor(() => expect(current()?.problem).toBe("There is no run run_8."));
});

test("a refused start rejects with what the server said and changes nothing", async () => {
  const refused = new ApiProblem("invalid-graph", "It has a cycle.", { status: 422, title: "The graph has problems" });
  const { session, current } = openSession({ services: { start: () => Promise.reject(refused) } });
  await expect(session.actions.start()).rejects.toBe(refused);
  expect(current()).toBeUndefined();
});

test("lets go of everything when it is closed", async () => {
  const { session, current, isFollowing } = openSession({ newest: summaryOf(2) });
  await vi.waitFor(() => expect(current()?.runId).toBe("run_2"));
  session.close();
  expect(isFollowing()).toBe(false);
  expect(current()).toBeUndefined();
});

test("a part of a run does not take the place of the run, not even as the newest one", async () => {
  const partOf = (whole: number, purpose: "slice" | "worker" | "call"): RunSummary => ({
    ...summaryOf(whole + 1),
    parent: { run: summaryOf(whole).id, purpose },
  });
  const nested: RunSummary = { ...partOf(3, "worker"), parent: { run: partOf(2, "slice").id, purpose: "worker" } };
  const readRun = async (id: string) => (id === "run_3" ? partOf(2, "slice") : summaryOf(2));
  const { current, run } = openSession({ newest: nested, services: { readRun } });
  await vi.waitFor(() => expect(current()?.runId).toBe("run_2"));
  run(partOf(4, "slice"));
  run(partOf(4, "worker"));
  expect(current()?.runId).toBe("run_2");
  run(partOf(4, "call"));
  expect(current()?.runId).toBe("run_5");
});

test("runs that go on at once are listed, the newest is shown, and another can be chosen until it ends", async () => {
  const { session, current, run } = openSession({ newest: summaryOf(2) });
  await vi.waitFor(() => expect(current()?.runId).toBe("run_2"));
  const ongoing = () => session.ongoing.current().map(({ id }) => id);
  expect(ongoing()).toEqual(["run_2"]);
  run(summaryOf(4));
  run(summaryOf(3));
  expect(ongoing()).toEqual(["run_4", "run_3", "run_2"]);
  expect(current()?.runId).toBe("run_4");
  session.actions.choose(summaryOf(3));
  expect(current()?.runId).toBe("run_3");
  run(summaryOf(5));
  expect(current()?.runId).toBe("run_3");
  expect(ongoing()).toEqual(["run_5", "run_4", "run_3", "run_2"]);
  run(summaryOf(3, "succeeded"));
  run(summaryOf(4, "failed"));
  expect(ongoing()).toEqual(["run_5", "run_2"]);
  run(summaryOf(6));
  expect(current()?.runId).toBe("run_6");
});

test("parts of a run are not listed beside it", async () => {
  const { session, run } = openSession();
  run({ ...summaryOf(3), parent: { run: summaryOf(1).id, purpose: "slice" } });
  expect(session.ongoing.current()).toEqual([]);
});

test("a run that is replayed is not taken away by another one that begins; one's own is shown", async () => {
  const { session, current, run } = openSession({ newest: summaryOf(2) });
  await vi.waitFor(() => expect(current()?.state).toBeDefined());
  session.actions.seek(0);
  run(summaryOf(3));
  expect(current()).toMatchObject({ runId: "run_2", replay: { seq: 0 } });
  await session.actions.start();
  expect(current()?.runId).toBe("run_5");
  expect(current()?.replay).toBeUndefined();
});

test("the graph of the run's revision is read beside it, to tell what has changed since", async () => {
  const { current } = openSession({ newest: summaryOf(2) });
  await vi.waitFor(() => expect(current()?.graph?.name).toBe("Revision 2"));
});
