import { readRevision } from "#server/contract/graphs.ts";
import { cancelRun, holdRun, killRun, listRuns, readPlan, readRun, resumeRun, setBudget, startRun } from "#server/contract/runs.ts";
import { call } from "../api/client.ts";
import { liveSocket } from "../api/live.ts";
import { onNextFrame } from "./on-next-frame.ts";
import type { RunServices } from "./run-session.ts";

const CONTROLS = { cancel: cancelRun, hold: holdRun, resume: resumeRun } as const;

/** The server's API and live connection, as a run session uses them. */
export const runServices: RunServices = {
  newestRun: async (graph, signal) => (await call(listRuns, { query: { graph, limit: 1 }, signal })).items[0],
  readRun: async (id, signal) => {
    const {
      input: _input,
      output: _output,
      nodes: _nodes,
      iterations: _iterations,
      budget: _budget,
      lastEvent: _lastEvent,
      ...summary
    } = await call(readRun, {
      params: { id },
      signal,
    });
    return summary;
  },
  readGraph: async (id, number, signal) => (await call(readRevision, { params: { id, number }, signal })).graph,
  loadPlan: (id, signal) => call(readPlan, { params: { id }, signal }),
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
