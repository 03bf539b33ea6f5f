import type { CommentId, GraphId, RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { LiveAnswer, LiveEphemeral, LiveRequest } from "#server/contract/live.ts";
import type { RunSummary } from "#server/contract/runs.ts";

export interface RunFollower {
  event(event: RunEvent): void;
  ephemeral(event: LiveEphemeral): void;
}

export interface GraphFollower {
  /** A run of the graph was made or changed its state. */
  run(summary: RunSummary): void;
  /** A thread of comments was begun, changed or deleted; undefined: any may have been. */
  comments?(thread: CommentId | undefined): void;
  /** News may have been missed: the subscription begins anew. */
  begun(): void;
}

export interface InboxFollower {
  /** How many of one's inbox are unread. */
  unread(count: number): void;
  /** What waits for a decision in a workspace has changed. */
  gates(workspace: string): void;
  /** The health of a connection of a workspace has changed. */
  connections(workspace: string): void;
}

/** Who follows what, and how far each has come. Knows no socket: it yields the requests to send. */
export interface LiveFollowers {
  addRun(run: RunId, after: number, follower: RunFollower): { request: LiveRequest; remove(): LiveRequest | undefined };
  addGraph(graph: GraphId, follower: GraphFollower): { request: LiveRequest; remove(): LiveRequest | undefined };
  addInbox(follower: InboxFollower): { request: LiveRequest; remove(): LiveRequest | undefined };
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
  const inbox = new Set<InboxFollower>();

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
    addInbox: (follower) => {
      inbox.add(follower);
      const isLast = () => inbox.delete(follower) && inbox.size === 0;
      return { request: { type: "subscribe-inbox" }, remove: () => (isLast() ? { type: "unsubscribe", inbox: true } : undefined) };
    },
    requests: () => {
      for (const follower of [...graphs.values()].flatMap((followers) => [...followers])) follower.begun();
      return [
        ...[...runs].map(([run, followers]) => subscribe(run, followers)),
        ...[...graphs.keys()].map((graph): LiveRequest => ({ type: "subscribe-graph", graph })),
        ...(inbox.size > 0 ? [{ type: "subscribe-inbox" } as const] : []),
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
        case "comments":
          for (const follower of [...(graphs.get(answer.graph) ?? [])]) follower.comments?.(answer.thread);
          return undefined;
        case "inbox":
          for (const follower of [...inbox]) follower.unread(answer.unread);
          return undefined;
        case "gates":
          for (const follower of [...inbox]) follower.gates(answer.workspace);
          return undefined;
        case "connections":
          for (const follower of [...inbox]) follower.connections(answer.workspace);
          return undefined;
        case "error":
          return undefined;
      }
    },
    isEmpty: () => runs.size === 0 && graphs.size === 0 && inbox.size === 0,
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
