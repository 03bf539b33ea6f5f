import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import { type LiveRequest, liveAnswerSchema } from "#server/contract/live.ts";
import { backoffMs } from "./backoff.ts";
import { createLiveFollowers, type GraphFollower, type InboxFollower, type RunFollower } from "./live-followers.ts";
import { tellRefusal } from "./refusals.ts";

/** `waiting`: the connection broke and is tried again by itself. `stopped`: the server refused it for good. */
export type LiveStatus = { state: "idle" | "connecting" | "open" | "waiting" } | { state: "stopped"; message: string };

/** The one `/ws/live` connection of a page. Open while somebody follows something; after a break each run goes on from its last event. */
export interface LiveSocket {
  /** Hands over the run's events after a number, each once and in order. Returns how to stop. */
  followRun(run: RunId, after: number, follower: RunFollower): () => void;
  followGraph(graph: GraphId, follower: GraphFollower): () => void;
  followInbox(follower: InboxFollower): () => void;
  status(): LiveStatus;
  subscribe(listener: () => void): () => void;
  /** The machine woke up or is online again: whatever was open may be dead. */
  wake(): void;
  close(): void;
}

export interface LiveSocketGiven {
  url: string;
  /** From 0 up to 1. */
  random?: () => number;
  backoff?: (failures: number, random: () => number) => number;
}

/** Closes of this range are final: the same request would be refused again. Others may be tried again. */
const isFinal = (code: number) => code >= 4400 && code < 4500;

export function createLiveSocket({ url, random = Math.random, backoff = backoffMs }: LiveSocketGiven): LiveSocket {
  const followers = createLiveFollowers();
  const listeners = new Set<() => void>();
  let status: LiveStatus = { state: "idle" };
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const change = (next: LiveStatus) => {
    status = next;
    for (const listener of [...listeners]) listener();
  };
  const send = (request: LiveRequest | undefined) => {
    if (request && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  };
  const drop = () => {
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    old?.close();
  };
  const connect = () => {
    drop();
    change({ state: "connecting" });
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener("open", () => {
      if (socket !== opened) return;
      change({ state: "open" });
      for (const request of followers.requests()) send(request);
    });
    opened.addEventListener("message", ({ data }) => socket === opened && receive(data));
    opened.addEventListener("close", ({ code, reason }) => socket === opened && closed(code, reason));
  };
  const receive = (data: unknown) => {
    const answer = liveAnswerSchema.safeParse(parseJson(data));
    if (!answer.success) return stop("The server sends what this page does not know. Reload the page.");
    failures = 0;
    if (answer.data.type === "error") tellRefusal();
    send(followers.deliver(answer.data));
  };
  const stop = (message: string) => {
    drop();
    change({ state: "stopped", message });
  };
  const closed = (code: number, reason: string) => {
    if (isFinal(code)) tellRefusal();
    if (isFinal(code)) return stop(reason || "The server ended the live connection. Reload the page.");
    socket = undefined;
    if (followers.isEmpty()) return change({ state: "idle" });
    failures++;
    change({ state: "waiting" });
    timer = setTimeout(connect, backoff(failures, random));
  };
  const follow = (added: { request: LiveRequest; remove(): LiveRequest | undefined }) => {
    if (status.state === "idle") connect();
    else send(added.request);
    return () => send(added.remove());
  };
  return {
    followRun: (run, after, follower) => follow(followers.addRun(run, after, follower)),
    followGraph: (graph, follower) => follow(followers.addGraph(graph, follower)),
    followInbox: (follower) => follow(followers.addInbox(follower)),
    status: () => status,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wake: () => {
      if (status.state === "stopped" || followers.isEmpty()) return;
      failures = 0;
      connect();
    },
    close: () => {
      drop();
      change({ state: "idle" });
    },
  };
}

function parseJson(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
