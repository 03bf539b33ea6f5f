import { describe, expect, test } from "vitest";
import { createId, type GraphId, type RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import { sampleId } from "#runtime/testing/sample-nodes.ts";
import type { LiveEphemeral } from "../contract/live.ts";
import type { RunSummary } from "../contract/runs.ts";
import type { Fanout, FanoutListener } from "../queue/fanout.ts";
import { createLiveFanout } from "./live-fanout.ts";
import { createLiveHub } from "./live-hub.ts";

const AT = "2026-01-01T00:00:00.000Z";
const run = createId("run");
const graph = createId("graph");
const eventOf = (seq: number): RunEvent => ({ type: "run-resumed", actor: "tester", seq, at: AT });
const summaryOf = (id: RunId, state: RunSummary["state"]): RunSummary => ({
  id,
  graph,
  revision: 1,
  state,
  actor: "tester",
  createdAt: AT,
  startedAt: null,
  finishedAt: null,
  cost: "0",
  failure: null,
  reason: null,
  parent: null,
  worker: null,
});
const fail = (error: unknown) => {
  throw error;
};

/** Processes that tell each other everything at once, and a database that they share. */
function processes() {
  const log: RunEvent[] = [];
  const rows = new Map<RunId, RunSummary>();
  const buses: Map<string, Set<FanoutListener>>[] = [];
  let reads = 0;
  const boot = () => {
    const own = new Map<string, Set<FanoutListener>>();
    buses.push(own);
    const fanout: Fanout = {
      publish: (channel, message) => {
        for (const bus of buses) if (bus !== own) for (const listener of bus.get(channel) ?? []) listener.message(JSON.parse(JSON.stringify(message)));
      },
      subscribe: (channel, listener) => {
        own.set(channel, (own.get(channel) ?? new Set()).add(listener));
        return () => own.get(channel)?.delete(listener);
      },
    };
    const readEvents = async (_run: RunId, after: number, limit: number) => {
      reads += 1;
      return log.slice(after, after + limit);
    };
    const others = createLiveFanout({
      fanout,
      readSummary: async (id) => rows.get(id),
      recentRuns: async (which: GraphId) => [...rows.values()].filter((row) => row.graph === which),
      onError: fail,
    });
    const hub = createLiveHub({ readEvents, onError: fail, others });
    const gap = () => {
      for (const listeners of own.values()) for (const listener of listeners) listener.gap();
    };
    const commit = (...seqs: number[]) => {
      const events = seqs.map(eventOf);
      log.push(...events);
      hub.publish(run, events);
    };
    return { hub, gap, commit, subscriptions: () => [...own.values()].reduce((sum, listeners) => sum + listeners.size, 0) };
  };
  /** As from a process of another make. */
  const publish = (channel: string, message: unknown) => {
    for (const bus of buses) for (const listener of bus.get(channel) ?? []) listener.message(message);
  };
  return { boot, log, rows, publish, reads: () => reads };
}

function follow(hub: ReturnType<typeof createLiveHub>, after = 0) {
  const seqs: number[] = [];
  const ephemeral: LiveEphemeral[] = [];
  const stop = hub.follow(run, { after, listener: { event: ({ seq }) => seqs.push(seq), ephemeral: (event) => ephemeral.push(event) } });
  return { seqs, ephemeral, stop };
}

describe("a run that another process drives", () => {
  test("is followed from the database, each event once and in order; the driver's own followers get none twice", async () => {
    const { boot, log } = processes();
    const [worker, web] = [boot(), boot()];
    log.push(eventOf(1));
    const far = follow(web.hub);
    const near = follow(worker.hub);
    await expect.poll(() => [far.seqs, near.seqs]).toEqual([[1], [1]]);
    worker.commit(2, 3);
    worker.commit(4);
    expect(near.seqs).toEqual([1, 2, 3, 4]);
    await expect.poll(() => far.seqs).toEqual([1, 2, 3, 4]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([near.seqs, far.seqs]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });

  test("many commits in a row are one message and few reads", async () => {
    const { boot, reads } = processes();
    const [worker, web] = [boot(), boot()];
    const far = follow(web.hub);
    await expect.poll(reads).toBe(1);
    for (let seq = 1; seq <= 200; seq++) worker.commit(seq);
    await expect.poll(() => far.seqs.length).toBe(200);
    expect(reads()).toBeLessThanOrEqual(3);
  });

  test("what was missed is found when the connection has come back", async () => {
    const { boot, log } = processes();
    const web = boot();
    const far = follow(web.hub);
    log.push(eventOf(1), eventOf(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(far.seqs).toEqual([]);
    web.gap();
    await expect.poll(() => far.seqs).toEqual([1, 2]);
  });

  test("who comes while something is written gets all of it, here and elsewhere, and then the rest", async () => {
    const { boot, log } = processes();
    const [worker, web] = [boot(), boot()];
    const at = { node: sampleId("a"), path: [] };
    const say = (text: string) => worker.hub.publishEphemeral(run, { type: "token", ...at, text });
    const textOf = ({ ephemeral }: ReturnType<typeof follow>) =>
      ephemeral.reduce((text, event) => (event.type === "written" ? event.text : event.type === "token" ? text + event.text : text), "");
    log.push(eventOf(1));
    for (const text of ["Once ", "upon ", "a "]) say(text);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const late = [follow(worker.hub), follow(web.hub)];
    await expect.poll(() => late.map(textOf)).toEqual(["Once upon a ", "Once upon a "]);
    say("time.");
    await expect.poll(() => late.map(textOf)).toEqual(["Once upon a time.", "Once upon a time."]);
    const recorded = { type: "step-finished" as const, ...at, step: "turn-1", result: { type: "inline" as const, value: null }, seq: 2, at: AT };
    log.push(recorded);
    worker.hub.publish(run, [recorded]);
    const later = follow(worker.hub);
    await expect.poll(() => later.seqs).toEqual([1, 2]);
    expect(later.ephemeral).toEqual([]);
  });

  test("its ephemeral events arrive, throttled where they come from", async () => {
    const { boot } = processes();
    const [worker, web] = [boot(), boot()];
    const far = follow(web.hub);
    for (let value = 1; value <= 20; value++) worker.hub.publishEphemeral(run, { type: "progress", node: sampleId("a"), path: [], value });
    await expect.poll(() => far.ephemeral.map((event) => event.type === "progress" && event.value)).toEqual([1, 20]);
  });

  test("changes of its row arrive as the database has them", async () => {
    const { boot, rows } = processes();
    const [worker, web] = [boot(), boot()];
    const told: string[] = [];
    web.hub.followGraph(graph, ({ state }) => told.push(state));
    rows.set(run, summaryOf(run, "running"));
    worker.hub.publishRun(summaryOf(run, "running"));
    rows.set(run, summaryOf(run, "succeeded"));
    worker.hub.publishRun(summaryOf(run, "succeeded"));
    await expect.poll(() => told.at(-1)).toBe("succeeded");
    web.gap();
    await expect.poll(() => told.length).toBeGreaterThan(2);
    expect(new Set(told.slice(1))).toEqual(new Set(["succeeded"]));
  });

  test("nothing is subscribed to when nobody looks any more", () => {
    const { boot } = processes();
    const web = boot();
    const [first, second] = [follow(web.hub), follow(web.hub)];
    const stop = web.hub.followGraph(graph, () => undefined);
    expect(web.subscriptions()).toBe(2);
    first.stop();
    first.stop();
    expect(web.subscriptions()).toBe(2);
    second.stop();
    stop();
    expect(web.subscriptions()).toBe(0);
  });

  test("a message that is none is passed over", async () => {
    const { boot, log, publish } = processes();
    const web = boot();
    const far = follow(web.hub);
    log.push(eventOf(1));
    for (const message of [null, "x", { type: "committed" }, { type: "event", event: eventOf(1) }]) publish(`run:${run}`, message);
    publish(`graph:${graph}`, { run: "no run" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(far.seqs).toEqual([]);
    publish(`run:${run}`, { type: "committed", seq: 1 });
    await expect.poll(() => far.seqs).toEqual([1]);
  });
});

describe("a follower", () => {
  test("misses nothing that is committed while it reads, however the two interleave", async () => {
    for (let late = 0; late < 12; late++) {
      const { boot, log } = processes();
      const { hub, commit } = boot();
      log.push(eventOf(1), eventOf(2));
      const near = follow(hub);
      for (let turn = 0; turn < late; turn++) await Promise.resolve();
      commit(3);
      await Promise.resolve();
      commit(4);
      await expect.poll(() => near.seqs).toEqual([1, 2, 3, 4]);
    }
  });

  test("that throws keeps no other from its events", async () => {
    const errors: unknown[] = [];
    const hub = createLiveHub({ readEvents: async () => [], onError: (error) => errors.push(error) });
    const seen: number[] = [];
    hub.follow(run, { after: 0, listener: { event: fail, ephemeral: () => undefined } });
    hub.follow(run, { after: 0, listener: { event: ({ seq }) => seen.push(seq), ephemeral: () => undefined } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    hub.publish(run, [eventOf(1), eventOf(2)]);
    expect([seen, errors.length]).toEqual([[1, 2], 2]);
  });

  test("that is busy gets the past as it can take it, and then the present", async () => {
    const { boot, log } = processes();
    const { hub, commit } = boot();
    for (let seq = 1; seq <= 50; seq++) log.push(eventOf(seq));
    const seqs: number[] = [];
    const { promise: free, resolve: goOn } = Promise.withResolvers<void>();
    hub.follow(run, {
      after: 0,
      listener: { event: ({ seq }) => seqs.push(seq), ephemeral: () => undefined, ready: () => (seqs.length === 10 ? free : undefined) },
    });
    await expect.poll(() => seqs.length).toBe(10);
    commit(...Array.from({ length: 1_500 }, (_, index) => 51 + index));
    commit(1_551);
    expect(seqs).toHaveLength(10);
    goOn();
    await expect.poll(() => seqs.length).toBe(1_551);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  test("tries again when the database did not answer", async () => {
    let isDown = true;
    const errors: unknown[] = [];
    const hub = createLiveHub({
      readEvents: async () => {
        if (isDown) throw new Error("down");
        return [];
      },
      onError: (error) => errors.push(error),
    });
    let reads = 0;
    const stop = hub.follow(run, { after: 0, listener: { event: () => (reads += 1), ephemeral: () => undefined } });
    await expect.poll(() => errors).toHaveLength(1);
    isDown = false;
    hub.publish(run, [eventOf(1)]);
    expect(reads).toBe(1);
    stop();
    hub.publish(run, [eventOf(2)]);
    expect(reads).toBe(1);
  });
});
