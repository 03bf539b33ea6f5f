import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { EngineObserver, ObservedRun } from "../engine/observer.ts";
import { createListedNames } from "./bounded-names.ts";
import type { Metrics } from "./create-metrics.ts";
import type { Traces } from "./create-traces.ts";
import { createTrack, followRun, type RunTrack, trackOfState } from "./follow-run.ts";
import { measure } from "./measure.ts";
import type { RunFact } from "./run-facts.ts";
import { spansOf } from "./spans.ts";

/** Turns what the engine does into measurements and spans. Holds what has begun in the runs that are driven here, and nothing of others. */
export function createObserver(given: { metrics: Metrics | undefined; traces: Traces | undefined; nodeTypes: readonly string[] }): EngineObserver {
  const { metrics, traces } = given;
  const tracks = new Map<RunId, RunTrack>();
  const nodeTypeName = createListedNames(given.nodeTypes);

  const tell = (fact: RunFact, observed: ObservedRun) => {
    if (metrics) for (const measurement of measure(fact, (node) => nodeTypeName(observed.plan.nodes[node]?.type))) metrics.record(measurement);
    if (traces) for (const span of spansOf(fact, observed)) traces.send(span);
  };
  const keep = (run: RunId, track: RunTrack): RunTrack => {
    tracks.set(run, track);
    metrics?.setActive(tracks.size);
    return track;
  };
  const trackOf = (run: RunId): RunTrack => {
    const known = tracks.get(run);
    if (known) return known;
    return keep(run, createTrack());
  };
  const drop = (run: RunId) => {
    if (tracks.delete(run)) metrics?.setActive(tracks.size);
  };
  return {
    claimed: ({ run, events, state }) => {
      const isWhole = events[0]?.seq === 1;
      const track = state && !isWhole ? trackOfState(state) : createTrack();
      // whoever held the lease then has told of what ended
      if (isWhole || !state) for (const event of events) followRun(track, event);
      keep(run, track);
    },
    committed: ({ events, ...observed }) => {
      if (events.length === 0) return;
      const track = trackOf(observed.run);
      for (const event of events) for (const fact of followRun(track, event)) tell(fact, observed);
      if (hasEnded(events)) drop(observed.run);
    },
    released: drop,
    leaseLost: (run) => {
      metrics?.leaseLost();
      drop(run);
    },
    commit: (commit) => metrics?.commit(commit),
  };
}

function hasEnded(events: readonly RunEvent[]): boolean {
  return events.some(({ type }) => type === "run-finished");
}
