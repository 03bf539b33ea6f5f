import { once } from "node:events";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import type { Exchange } from "./handle.ts";

const PAGE = 500;
const HEARTBEAT_MS = 15_000;
/** Events a client may be behind; then the stream ends, and the client resumes from its last one. */
const MAX_PENDING = 5_000;

export interface StreamGiven {
  run: RunId;
  /** Number of the last event the client has. */
  after: number;
  runs: Pick<RunService, "events" | "summary">;
  hub: LiveHub;
  signal: AbortSignal;
}

/** Server-sent events of a run: those of the past, then each as it is committed, until the last one. Throws `ApiError("not-found")` before it begins. */
export async function streamEvents({ run, after, runs, hub, signal }: StreamGiven, { request, response }: Exchange): Promise<void> {
  const before = await runs.summary(run);
  let page = await runs.events(run, { after, limit: PAGE });
  // a client that has seen the end connects once more: 204 tells it to stop
  if (page.length === 0 && before.finishedAt !== null && request.headers["last-event-id"] !== undefined) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(": alive\n\n"), HEARTBEAT_MS);
  const pending: RunEvent[] = [];
  let wake = () => {};
  let stop = () => {};
  const goOn = () => wake();
  signal.addEventListener("abort", goOn);
  try {
    let position = after;
    let isOver = false;
    const write = async (events: readonly RunEvent[]) => {
      for (const event of events) {
        position = event.seq;
        isOver ||= event.type === "run-finished";
        if (!response.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)) await once(response, "drain", { signal });
      }
    };
    for (; page.length > 0; page = await runs.events(run, { after: position, limit: PAGE })) await write(page);
    if (before.finishedAt !== null) return;
    stop = hub.follow(run, {
      after: position,
      listener: {
        event: (event) => {
          pending.push(event);
          wake();
        },
        ephemeral: () => undefined,
      },
    });
    while (!isOver && !signal.aborted && pending.length <= MAX_PENDING) {
      if (pending.length > 0) await write(pending.splice(0));
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop();
    clearInterval(heartbeat);
    signal.removeEventListener("abort", goOn);
    response.end();
  }
}
