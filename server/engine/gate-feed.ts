import { z } from "zod";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { Fanout } from "../queue/fanout.ts";
import type { LiveHub } from "./live-hub.ts";

/** Tells who looks, in any process, that what waits for a decision has changed; what it is they read from the database, as far as they may. */
export interface GateFeed {
  changed(workspace: string): void;
  /** Returns how to stop. */
  follow(listener: (workspace: string) => void): () => void;
  /** The hub, overheard: what runs record that begins or ends a question is told. */
  overhear(hub: LiveHub): LiveHub;
}

export interface GateFeedGiven {
  /** Where there are other processes. */
  fanout: Fanout | undefined;
  workspaceOf(run: RunId): Promise<string | undefined>;
  /** Of a run driven here: somebody has to be told of a question, or need not look at one any more. */
  onAsked?(): void;
  onSettled?(run: RunId): void;
  onError(error: unknown): void;
}

const CHANNEL = "gates";
const messageSchema = z.strictObject({ workspace: z.string() });

export function createGateFeed({ fanout, workspaceOf, onAsked, onSettled, onError }: GateFeedGiven): GateFeed {
  const listeners = new Set<(workspace: string) => void>();
  const tell = (workspace: string) => {
    for (const listener of listeners) listener(workspace);
  };
  let stop: (() => void) | undefined;
  const changed = (workspace: string) => {
    tell(workspace);
    fanout?.publish(CHANNEL, { workspace });
  };
  const look = (run: RunId, events: readonly RunEvent[]) => {
    const kinds = new Set(events.map(gateEvent));
    if (!kinds.has("asked") && !kinds.has("settled")) return;
    if (kinds.has("asked")) onAsked?.();
    if (kinds.has("settled")) onSettled?.(run);
    workspaceOf(run).then((workspace) => workspace !== undefined && changed(workspace), onError);
  };
  return {
    changed,
    follow: (listener) => {
      listeners.add(listener);
      stop ??= fanout?.subscribe(CHANNEL, {
        message: (message) => {
          const parsed = messageSchema.safeParse(message);
          if (parsed.success) tell(parsed.data.workspace);
        },
        // who looks asks again on their own, now and then
        gap: () => undefined,
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    overhear: (hub) => ({
      ...hub,
      publish: (run, events) => {
        hub.publish(run, events);
        look(run, events);
      },
    }),
  };
}

/** Whether an event begins or ends a question. */
function gateEvent(event: RunEvent): "asked" | "settled" | undefined {
  switch (event.type) {
    case "node-uncertain":
      return "asked";
    case "node-waiting":
      return event.request.kind === "person" || event.request.kind === "budget" ? "asked" : undefined;
    case "wait-answered":
      return event.answer.kind === "webhook" || event.answer.kind === "run" ? undefined : "settled";
    case "uncertainty-decided":
    case "node-cancelled":
      return "settled";
    default:
      return undefined;
  }
}
