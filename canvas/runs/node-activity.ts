import type { LogLine, RunEvent } from "#runtime/run/events.ts";
import { type NodeKey, nodeKey } from "#runtime/run/run-state.ts";
import type { LiveEphemeral } from "#server/contract/live.ts";

/** What a node run shows while it runs; none of it is recorded, and it is gone when the attempt ends. */
export interface NodeActivity {
  readonly progress?: { readonly value: number; readonly total?: number | undefined; readonly message?: string | undefined };
  /** The end of the text that came so far. */
  readonly text: string;
  /** Log lines that are not recorded yet. */
  readonly lines: readonly LogLine[];
  readonly preview?: { readonly mediaType: string; readonly data: string };
}

export type Activities = ReadonlyMap<NodeKey, NodeActivity>;

const MAX_TEXT = 20_000;
const MAX_LINES = 200;
const NOTHING: NodeActivity = { text: "", lines: [] };

/** With one more ephemeral event; the map is a new one. */
export function addActivity(activities: Activities, event: LiveEphemeral): Activities {
  const key = nodeKey(event.node, event.path);
  return new Map(activities).set(key, changed(activities.get(key) ?? NOTHING, event));
}

function changed(activity: NodeActivity, event: LiveEphemeral): NodeActivity {
  switch (event.type) {
    case "progress":
      return { ...activity, progress: { value: event.value, total: event.total, message: event.message } };
    case "token":
      return { ...activity, text: (activity.text + event.text).slice(-MAX_TEXT) };
    case "written":
      return { ...activity, text: event.text.slice(-MAX_TEXT) };
    case "preview":
      return { ...activity, preview: { mediaType: event.mediaType, data: event.data } };
    case "log":
      return { ...activity, lines: [...activity.lines, event.line].slice(-MAX_LINES) };
  }
}

/** The map without what a recorded event makes obsolete; the same map when it leaves all as it is. */
export function settleActivity(activities: Activities, event: RunEvent): Activities {
  if (event.type === "run-finished") return activities.size > 0 ? new Map() : activities;
  if (!("node" in event) || !isEnd(event.type)) return activities;
  const key = nodeKey(event.node, event.path);
  if (!activities.has(key)) return activities;
  const left = new Map(activities);
  left.delete(key);
  return left;
}

/** Events after which an attempt no longer runs, or that record its lines. */
function isEnd(type: RunEvent["type"]): boolean {
  return type !== "step-started" && type !== "step-finished" && type !== "step-failed";
}
