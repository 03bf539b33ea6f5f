import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import type { LiveAnswer, LiveRequest } from "#server/contract/live.ts";
import type { RunSummary } from "#server/contract/runs.ts";

export interface RunFollower {
  event(event: RunEvent): void;
  ephemeral(event: EphemeralEvent): void;
}

export interface GraphFollower {
  /** A run of the graph was made or changed its state. */
  run(summary: RunSummary): void;
  /** News may have been missed: the subscription begins anew. */
  begun(): void;
}

/** Who follows what, and how far each has come. Knows no socket: it yields the requests to send. */
export interface LiveFollowers {
  addRun(run: RunId, after: number, follower: RunFollower): { request: LiveRequest; remove(): LiveRequest | undefined };
  addGraph(graph: GraphId, follower: GraphFollower): { request: LiveRequest; remove(): LiveRequest | undefined };
  /** Everything that is followed, from where each has come to: what a fresh connection sends. */
  requests(): LiveRequest[];
  /** Hands an answer on; returns what to ask for when events are missing. */
  deliver(answer: LiveAnswer): LiveRequest | undefined;
  isEmpty(): boolean;
}

interface Positioned {
  position: number;
  follower: RunFollower;
}

export function createLiveFollowers(): LiveFollowers {
  const runs = new Map<RunId, Set<Positioned>>();
  const graphs = new Map<GraphId, Set<GraphFollower>>();

  // one subscription serves all who follow a run: it starts where the one furthest behind is, the others skip what they know
  const subscribe = (run: RunId, followers: Iterable<Positioned>): LiveRequest => ({
    type: "subscribe",
    run,
    after: Math.min(...[...followers].map(({ position }) => position)),
  });
  return {
    addRun: (run, after, follower) => {
      const mine: Positioned = { position: after, follower };
      const request = subscribe(run, add(runs, run, mine));
      return { request, remove: () => (remove(runs, run, mine) ? { type: "unsubscribe", run } : undefined) };
    },
    addGraph: (graph, follower) => {
      add(graphs, graph, follower);
      return { request: { type: "subscribe-graph", graph }, remove: () => (remove(graphs, graph, follower) ? { type: "unsubscribe", graph } : undefined) };
    },
    requests: () => {
      for (const follower of [...graphs.values()].flatMap((followers) => [...followers])) follower.begun();
      return [
        ...[...runs].map(([run, followers]) => subscribe(run, followers)),
        ...[...graphs.keys()].map((graph): LiveRequest => ({ type: "subscribe-graph", graph })),
      ];
    },
    deliver: (answer) => {
      switch (answer.type) {
        case "event": {
          const followers = runs.get(answer.run);
          if (!followers) return undefined;
          let hasGap = false;
          for (const each of [...followers]) hasGap = !offer(each, answer.event) || hasGap;
          return hasGap ? subscribe(answer.run, followers) : undefined;
        }
        case "ephemeral":
          for (const { follower } of [...(runs.get(answer.run) ?? [])]) follower.ephemeral(answer.event);
          return undefined;
        case "run":
          for (const follower of [...(graphs.get(answer.graph) ?? [])]) follower.run(answer.run);
          return undefined;
        case "error":
          return undefined;
      }
    },
    isEmpty: () => runs.size === 0 && graphs.size === 0,
  };
}

/** False when events before this one are missing. */
function offer(each: Positioned, event: RunEvent): boolean {
  if (event.seq <= each.position) return true;
  if (event.seq !== each.position + 1) return false;
  each.position = event.seq;
  each.follower.event(event);
  return true;
}

function add<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): Set<Value> {
  const set = map.get(key) ?? new Set();
  map.set(key, set.add(value));
  return set;
}

/** Whether it was the last. */
function remove<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): boolean {
  const set = map.get(key);
  if (!set?.delete(value) || set.size > 0) return false;
  map.delete(key);
  return true;
}
