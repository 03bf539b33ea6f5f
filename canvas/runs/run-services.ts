import { readRevision } from "#server/contract/graphs.ts";
import {
  cancelRun,
  holdRun,
  killRun,
  listRuns,
  readEvents,
  readPlan,
  readSnapshot,
  readSummary,
  resumeRun,
  setBudget,
  startRun,
} from "#server/contract/runs.ts";
import { call } from "../api/client.ts";
import { liveSocket } from "../api/live.ts";
import { onNextFrame } from "./on-next-frame.ts";
import type { RunServices } from "./run-session.ts";

const CONTROLS = { cancel: cancelRun, hold: holdRun, resume: resumeRun } as const;

/** Runs that are looked through for those that go on. */
const RECENT = 10;

/** Events that are followed from the first one: that is no more work than a fold of them. */
const SHORT_LOG = 1_000;

/** The server's API and live connection, as a run session uses them. */
export const runServices: RunServices = {
  newestRuns: async (graph, signal) => (await call(listRuns, { query: { graph, limit: RECENT }, signal })).items,
  readRun: (id, signal) => call(readSummary, { params: { id }, signal }),
  readGraph: async (id, number, signal) => (await call(readRevision, { params: { id, number }, signal })).graph,
  loadPlan: (id, signal) => call(readPlan, { params: { id }, signal }),
  loadSnapshot: async (id, signal) => (await call(readSnapshot, { params: { id }, query: { over: SHORT_LOG }, signal })).state ?? undefined,
  readEvents: async (id, { after, limit }, signal) => (await call(readEvents, { params: { id }, query: { after, limit }, signal })).items,
  followRun: (run, after, follower) => liveSocket().followRun(run, after, follower),
  followGraph: (graph, follower) => liveSocket().followGraph(graph, follower),
  later: onNextFrame,
  start: (id, request) => call(startRun, { params: { id }, body: request }),
  setBudget: (id, budget) => call(setBudget, { params: { id }, body: { budget } }),
  control: (verb, id, reason = "") => {
    if (verb === "kill") return call(killRun, { params: { id }, body: { reason } });
    return call(CONTROLS[verb], { params: { id }, body: reason === "" ? {} : { reason } });
  },
};
