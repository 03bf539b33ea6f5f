import type { WebSocket } from "ws";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import { API_ERRORS } from "../contract/api-error.ts";
import { type LiveAnswer, liveMessageSchema } from "../contract/live.ts";
import type { LiveHub } from "../engine/live-hub.ts";

/** Subscriptions one socket may hold. */
const MAX_SUBSCRIPTIONS = 200;
/** A client this far behind is closed; it resumes by number (`quality.md`: 4 MiB). */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Above this much unsent data, ephemeral events are dropped. */
const EPHEMERAL_BUFFERED_BYTES = 256 * 1024;
const TOO_SLOW = 4508;

export interface LiveSocketGiven {
  socket: WebSocket;
  hub: LiveHub;
  /** Throws `ApiError` when there is no such run or graph, or the actor may not see it. */
  authorize: (resource: { run: RunId } | { graph: GraphId }) => Promise<void>;
}

/** Serves `/ws/live` on an accepted socket: durable events in order and without gaps, ephemeral ones as far as the client keeps up. */
export function attachLiveSocket({ socket, hub, authorize }: LiveSocketGiven): void {
  const subscriptions = new Map<string, () => void>();
  const send = (answer: LiveAnswer) => {
    if (socket.readyState !== socket.OPEN) return;
    if (answer.type === "ephemeral" && socket.bufferedAmount > EPHEMERAL_BUFFERED_BYTES) return;
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.close(TOO_SLOW, "Too far behind; resume from your last event.");
    socket.send(JSON.stringify(answer));
  };
  const replace = (key: string, stop: () => void) => {
    subscriptions.get(key)?.();
    subscriptions.set(key, stop);
  };
  const handle = async (text: string) => {
    const request = liveMessageSchema.parse(JSON.parse(text));
    if (request.type === "unsubscribe") {
      for (const key of [request.run, request.graph]) {
        if (key === undefined) continue;
        subscriptions.get(key)?.();
        subscriptions.delete(key);
      }
      return;
    }
    if (subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw new ApiError("rate-limited", `One socket follows at most ${MAX_SUBSCRIPTIONS} runs and graphs. Unsubscribe from some.`);
    await authorize(request.type === "subscribe" ? { run: request.run } : { graph: request.graph });
    if (socket.readyState !== socket.OPEN) return;
    if (request.type === "subscribe") {
      const { run, after } = request;
      const listener = {
        event: (event: Parameters<typeof sendEvent>[1]) => sendEvent(run, event),
        ephemeral: (event: Parameters<typeof sendEphemeral>[1]) => sendEphemeral(run, event),
      };
      replace(run, hub.follow(run, { after, listener }));
    } else
      replace(
        request.graph,
        hub.followGraph(request.graph, (run) => send({ type: "run", graph: request.graph, run })),
      );
  };
  const sendEvent = (run: RunId, event: Extract<LiveAnswer, { type: "event" }>["event"]) => send({ type: "event", run, event });
  const sendEphemeral = (run: RunId, event: Extract<LiveAnswer, { type: "ephemeral" }>["event"]) => send({ type: "ephemeral", run, event });

  let queue = Promise.resolve();
  socket.on("message", (data, isBinary) => {
    queue = queue.then(async () => {
      if (isBinary) return socket.close(API_ERRORS["bad-request"].close, "Send JSON text.");
      try {
        await handle(String(data));
      } catch (error) {
        if (error instanceof ApiError) send({ type: "error", code: error.code, message: error.message });
        else if (error instanceof SyntaxError || (error instanceof Error && error.name === "ZodError"))
          socket.close(API_ERRORS["bad-request"].close, "This is no request that /ws/live knows.");
        else socket.close(API_ERRORS.internal.close, "Something went wrong; try again.");
      }
    });
  });
  socket.on("close", () => {
    for (const stop of subscriptions.values()) stop();
    subscriptions.clear();
  });
}
