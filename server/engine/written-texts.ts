import type { RunId } from "#runtime/graph/ids.ts";
import type { EphemeralEvent, RunEvent } from "#runtime/run/events.ts";
import type { Written } from "../contract/live.ts";

/** What the node runs of this process have written and not recorded yet, for whoever comes to look while they write. */
export interface WrittenTexts {
  add(run: RunId, event: Extract<EphemeralEvent, { type: "token" }>): void;
  /** Forgets what has been recorded. */
  settle(run: RunId, events: readonly RunEvent[]): void;
  of(run: RunId): Written[];
}

/** Characters of one node run: its end. */
const MAX_TEXT = 64 * 1024;
/** Runs that are known: of one that goes on in another process nobody hears the end here. */
const MAX_RUNS = 500;

/** `onKept`: the first of a run is there; what it returns is called when the last is gone. */
export function createWrittenTexts(onKept: (run: RunId) => () => void = () => () => undefined): WrittenTexts {
  const runs = new Map<RunId, { texts: Map<string, Written>; forget: () => void }>();
  const remove = (run: RunId) => {
    runs.get(run)?.forget();
    runs.delete(run);
  };
  const keyOf = ({ node, path }: Pick<Written, "node" | "path">) => `${node}/${path.join(",")}`;
  return {
    add: (run, { node, path, text }) => {
      let kept = runs.get(run);
      if (!kept) {
        const [oldest] = runs.keys();
        if (oldest !== undefined && runs.size >= MAX_RUNS) remove(oldest);
        kept = { texts: new Map(), forget: onKept(run) };
        runs.set(run, kept);
      }
      const key = keyOf({ node, path });
      const before = kept.texts.get(key)?.text ?? "";
      kept.texts.set(key, { type: "written", node, path, text: (before + text).slice(-MAX_TEXT) });
    },
    settle: (run, events) => {
      const kept = runs.get(run);
      if (!kept) return;
      for (const event of events) {
        if (event.type === "run-finished") kept.texts.clear();
        else if ("node" in event && event.node !== undefined && endsText(event.type)) kept.texts.delete(keyOf({ node: event.node, path: event.path }));
      }
      if (kept.texts.size === 0) remove(run);
    },
    of: (run) => [...(runs.get(run)?.texts.values() ?? [])],
  };
}

/** Whether an event records what a node run has written, or ends what it was written in. */
function endsText(type: RunEvent["type"]): boolean {
  switch (type) {
    case "step-finished":
    case "step-failed":
    case "attempt-failed":
    case "node-waiting":
    case "node-succeeded":
    case "node-failed":
    case "node-cancelled":
    case "child-opened":
      return true;
    default:
      return false;
  }
}
