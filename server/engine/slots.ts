import type { RunId } from "#runtime/graph/ids.ts";

/** Who wants to run a node. */
export interface SlotTaker {
  workspace: string;
  run: RunId;
}

/** Bounds the attempts under way in this process, and shares them out: by workspace in turn, and in a workspace by run in turn. */
export interface Slots {
  /** Takes a place, or notes that the run wants one: `onFree` is called when it is its turn to ask again. */
  take(taker: SlotTaker, onFree: () => void): boolean;
  release(): void;
  /** The run wants none any more. */
  forget(taker: SlotTaker): void;
  /** Places in use. */
  inUse(): number;
}

export function createSlots(limit: number): Slots {
  let used = 0;
  /** Runs that wait, by workspace; maps keep the order in which each last had its turn. */
  const waiting = new Map<string, Map<RunId, () => void>>();
  /** Places held back for runs that were told to ask again: nobody may overtake them. */
  const promised = new Set<RunId>();

  const callNext = () => {
    const [first] = waiting;
    if (!first) return;
    const [workspace, runs] = first;
    const [next] = runs;
    waiting.delete(workspace);
    if (!next) return;
    const [run, onFree] = next;
    runs.delete(run);
    if (runs.size > 0) waiting.set(workspace, runs);
    promised.add(run);
    onFree();
  };
  return {
    take: ({ workspace, run }, onFree) => {
      const isPromised = promised.delete(run);
      if (used + promised.size < limit && (isPromised || waiting.size === 0)) {
        used += 1;
        return true;
      }
      const runs = waiting.get(workspace) ?? new Map<RunId, () => void>();
      waiting.set(workspace, runs.set(run, onFree));
      return false;
    },
    release: () => {
      used -= 1;
      if (used + promised.size < limit) callNext();
    },
    forget: ({ workspace, run }) => {
      const runs = waiting.get(workspace);
      runs?.delete(run);
      if (runs?.size === 0) waiting.delete(workspace);
      if (promised.delete(run) && used + promised.size < limit) callNext();
    },
    inUse: () => used,
  };
}
