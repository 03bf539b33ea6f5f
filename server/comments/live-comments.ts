import { z } from "zod";
import { type CommentId, commentIdSchema, type GraphId } from "#runtime/graph/ids.ts";
import { createWatchers } from "../engine/watchers.ts";
import type { Fanout, FanoutListener } from "../queue/fanout.ts";

/** Milliseconds between two looks at what others wrote while their processes cannot be heard: each costs everybody who looks a query. */
const AWAY_MS = 30_000;

const changedSchema = z.strictObject({ thread: commentIdSchema });

/** Tells who is looking, in any process, that something is there to be read; what it is they read from the database, as far as they may. */
export interface LiveComments {
  changed(graph: GraphId, thread: CommentId): void;
  inboxChanged(user: string): void;
  /** `thread` undefined: any may have changed. Returns how to stop. */
  followGraph(graph: GraphId, listener: (thread: CommentId | undefined) => void): () => void;
  followInbox(user: string, listener: () => void): () => void;
}

export function createLiveComments(fanout: Fanout | undefined): LiveComments {
  const graphs = createWatchers<GraphId, (thread: CommentId | undefined) => void>(
    (graph) =>
      fanout?.subscribe(`comments:${graph}`, {
        message: (message) => tellGraph(graph, changedSchema.safeParse(message).data?.thread),
        gap: patient(() => tellGraph(graph, undefined)),
      }) ?? (() => undefined),
  );
  const inboxes = createWatchers<string, () => void>(
    (user) => fanout?.subscribe(`inbox:${user}`, { message: () => tellInbox(user), gap: patient(() => tellInbox(user)) }) ?? (() => undefined),
  );
  const tellGraph = (graph: GraphId, thread: CommentId | undefined) => {
    for (const listener of graphs.of(graph)) listener(thread);
  };
  const tellInbox = (user: string) => {
    for (const listener of inboxes.of(user)) listener();
  };
  return {
    changed: (graph, thread) => {
      tellGraph(graph, thread);
      fanout?.publish(`comments:${graph}`, { thread });
    },
    inboxChanged: (user) => {
      tellInbox(user);
      fanout?.publish(`inbox:${user}`, {});
    },
    followGraph: (graph, listener) => graphs.add(graph, listener),
    followInbox: (user, listener) => inboxes.add(user, listener),
  };
}

/** Listens to every gap that is over, and seldom to one that goes on. */
function patient(look: () => void): FanoutListener["gap"] {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return (still) => {
    const now = performance.now();
    if (still === "away" && now - lookedAt < AWAY_MS) return;
    lookedAt = now;
    look();
  };
}
