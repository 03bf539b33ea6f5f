import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import type { Fanout } from "../queue/fanout.ts";
import { createWorkspaceFeed, type WorkspaceFeed } from "../queue/workspace-feed.ts";
import type { LiveHub } from "./live-hub.ts";

/** Tells who looks, in any process, that what waits for a decision has changed. */
export interface GateFeed extends WorkspaceFeed {
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
  /** What it has open with others is no longer wanted; with `nodeRun`, what that one has. */
  onEnded?(run: RunId, nodeRun?: Pick<NodeRun, "node" | "path">): void;
  onError(error: unknown): void;
}

export function createGateFeed({ fanout, workspaceOf, onAsked, onSettled, onEnded, onError }: GateFeedGiven): GateFeed {
  const feed = createWorkspaceFeed("gates", fanout);
  const look = (run: RunId, events: readonly RunEvent[]) => {
    if (events.some(({ type }) => type === "run-stopping" || type === "run-finished")) onEnded?.(run);
    for (const event of events) if (event.type === "node-cancelled" || event.type === "node-failed") onEnded?.(run, { node: event.node, path: event.path });
    const kinds = new Set(events.map(gateEvent));
    if (!kinds.has("asked") && !kinds.has("settled")) return;
    if (kinds.has("asked")) onAsked?.();
    if (kinds.has("settled")) onSettled?.(run);
    workspaceOf(run).then((workspace) => workspace !== undefined && feed.changed(workspace), onError);
  };
  return {
    ...feed,
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
