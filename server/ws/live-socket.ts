import { setTimeout as delay } from "node:timers/promises";
import type { RawData, WebSocket } from "ws";
import type { z } from "zod";
import type { CommentId, GraphId, RunId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { API_ERRORS } from "../contract/api-error.ts";
import { type LiveAnswer, liveMessageSchema } from "../contract/live.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import { createOutgoing } from "./outgoing.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** Subscriptions one socket may hold. */
const MAX_SUBSCRIPTIONS = 200;
/** Above this much unsent data, ephemeral events are dropped, and the past waits. */
const BUSY_BYTES = 256 * 1024;
/** Milliseconds between looks at how far a client is behind. */
const CHECK_MS = 1_000;
const DRAIN_MS = 20;
/** The client is too far behind to be served; it resumes by number. */
const TOO_SLOW = 4508;
/** Requests of one socket: after a reconnect everything that was followed is asked for again. */
const MESSAGES = { perSecond: 40, burst: 400 };
/** Requests of one socket that wait for the ones before them. */
const MAX_QUEUED = 400;
/** A request holds an id and a number. */
const MAX_BYTES = 4 * 1024;

type Followed = { run: RunId } | { graph: GraphId } | { inbox: true };
type Request = z.output<typeof liveMessageSchema>;

export interface LiveSocketGiven {
  socket: WebSocket;
  hub: LiveHub;
  /** Throws `ApiError` when there is no such run or graph, or the actor may not see it. */
  authorize: (resource: Followed) => Promise<void>;
  /** `thread` undefined: any may have changed. Both return how to stop. */
  followComments: (graph: GraphId, listener: (thread: CommentId | undefined) => void) => () => void;
  followInbox: (listener: (unread: number) => void) => () => void;
  /** Which workspace's gates have changed, of those the actor may see. */
  followGates: (listener: (workspace: string) => void) => () => void;
  /** Of which workspace's connections the health has changed, of those the actor may see. */
  followConnections: (listener: (workspace: string) => void) => () => void;
}

/**
 * Serves `/ws/live` on an accepted socket: durable events in order and without gaps, ephemeral ones as far as the client keeps up.
 * `requireAll` throws `ApiError` when something is followed that the actor may not see any more.
 */
export function attachLiveSocket(given: LiveSocketGiven): { requireAll(): Promise<void> } {
  const { socket, hub, authorize, followComments, followInbox, followGates, followConnections } = given;
  const subscriptions = new Map<string, { followed: Followed; stop: () => void }>();
  const outgoing = createOutgoing(socket, {
    onTooSlow: () => socket.close(TOO_SLOW, "Too far behind; resume from your last event."),
    onBulkSent: () => undefined,
  });
  const checking = setInterval(outgoing.check, CHECK_MS).unref();
  const isBusy = () => socket.readyState === socket.OPEN && socket.bufferedAmount > BUSY_BYTES;
  const drained = async () => {
    while (isBusy()) await delay(DRAIN_MS, undefined, { ref: false });
  };
  const send = (answer: LiveAnswer) => {
    if (socket.readyState !== socket.OPEN || (answer.type === "ephemeral" && isBusy())) return;
    outgoing.send(JSON.stringify(answer));
  };
  const replace = (followed: Followed, stop: () => void) => {
    const key = keyOf(followed);
    subscriptions.get(key)?.stop();
    subscriptions.set(key, { followed, stop });
  };
  const handle = async (request: Request) => {
    if (request.type === "unsubscribe") {
      for (const key of [request.run, request.graph, request.inbox && INBOX]) {
        if (key === undefined) continue;
        subscriptions.get(key)?.stop();
        subscriptions.delete(key);
      }
      return;
    }
    const followed = followedBy(request);
    if (subscriptions.size >= MAX_SUBSCRIPTIONS && !subscriptions.has(keyOf(followed)))
      throw new ApiError("rate-limited", `One socket follows at most ${MAX_SUBSCRIPTIONS} runs and graphs. Unsubscribe from some.`);
    await authorize(followed);
    if (socket.readyState !== socket.OPEN) return;
    if (request.type === "subscribe") {
      const { run, after } = request;
      const listener = {
        event: (event: Parameters<typeof sendEvent>[1]) => sendEvent(run, event),
        ephemeral: (event: Parameters<typeof sendEphemeral>[1]) => sendEphemeral(run, event),
        ready: () => (isBusy() ? drained() : undefined),
      };
      replace({ run }, hub.follow(run, { after, listener }));
    } else if (request.type === "subscribe-inbox") replace(followed, followWhatWaits());
    else replace(followed, followWholeGraph(request.graph));
  };
  const followWhatWaits = () => {
    const stops = [
      followInbox((unread) => send({ type: "inbox", unread })),
      followGates((workspace) => send({ type: "gates", workspace })),
      followConnections((workspace) => send({ type: "connections", workspace })),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  };
  const followWholeGraph = (graph: GraphId) => {
    const stops = [
      hub.followGraph(graph, (run) => send({ type: "run", graph, run })),
      followComments(graph, (thread) => send({ type: "comments", graph, ...(thread && { thread }) })),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  };
  const sendEvent = (run: RunId, event: Extract<LiveAnswer, { type: "event" }>["event"]) => send({ type: "event", run, event });
  const sendEphemeral = (run: RunId, event: Extract<LiveAnswer, { type: "ephemeral" }>["event"]) => send({ type: "ephemeral", run, event });

  const allow = createTokenBucket(MESSAGES);
  let queue = Promise.resolve();
  let queued = 0;
  const enqueue = (request: Request) => {
    queued++;
    queue = queue.then(async () => {
      queued--;
      // nobody reads the answers any more
      if (socket.readyState !== socket.OPEN) return;
      try {
        await handle(request);
      } catch (error) {
        if (error instanceof ApiError) send({ type: "error", code: error.code, message: error.message });
        else socket.close(API_ERRORS.internal.close, "Something went wrong; try again.");
      }
    });
  };
  socket.on("message", (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!allow.take(1) || queued >= MAX_QUEUED) return socket.close(API_ERRORS["rate-limited"].close, "Too many requests at once; try again in a while.");
    const request = isBinary ? undefined : readRequest(data);
    if (request) enqueue(request);
    else socket.close(API_ERRORS["bad-request"].close, "This is no request that /ws/live knows.");
  });
  socket.on("close", () => {
    clearInterval(checking);
    for (const { stop } of subscriptions.values()) stop();
    subscriptions.clear();
  });
  return {
    requireAll: async () => {
      const before = [...subscriptions.values()];
      for (const { followed } of before) await authorize(followed);
      // what is being asked for now counts as well
      await queue;
      for (const subscription of [...subscriptions.values()]) if (!before.includes(subscription)) await authorize(subscription.followed);
    },
  };
}

const INBOX = "inbox";

function followedBy(request: Exclude<Request, { type: "unsubscribe" }>): Followed {
  if (request.type === "subscribe") return { run: request.run };
  return request.type === "subscribe-graph" ? { graph: request.graph } : { inbox: true };
}

function keyOf(followed: Followed): string {
  if ("run" in followed) return followed.run;
  return "graph" in followed ? followed.graph : INBOX;
}

function readRequest(data: RawData): Request | undefined {
  const text = String(data);
  if (text.length > MAX_BYTES) return undefined;
  try {
    return liveMessageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
