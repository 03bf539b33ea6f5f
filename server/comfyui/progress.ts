import type { ComfyNodeProgress } from "#nodes/kit/comfyui/service.ts";
import type { ComfyMessage, NodeState } from "./frames.ts";

/** What is known of the nodes of one prompt while it runs. */
export interface ProgressView {
  /** Gives what to show after a message that changed it. */
  take(message: ComfyMessage): { nodes: ComfyNodeProgress[]; current: string | null } | undefined;
  /** The node that runs now, where known. */
  current(): string | null;
}

export function createProgressView(): ProgressView {
  let states = new Map<string, NodeState>();
  /** New servers tell the whole state; of old ones it is put together from what they tell of single nodes. */
  let tellsStates = false;
  let current: string | null = null;

  const take = (message: ComfyMessage): boolean => {
    switch (message.type) {
      case "progress-state":
        tellsStates = true;
        states = new Map(message.nodes.map((node) => [node.id, node]));
        return true;
      case "executing": {
        if (message.node === null) return false;
        current = message.display;
        if (tellsStates) return true;
        for (const [id, state] of states) states.set(id, { ...state, value: state.max, isRunning: false });
        states.set(message.node, { id: message.node, display: message.display ?? message.node, value: 0, max: 1, isRunning: true });
        return true;
      }
      case "progress": {
        const id = message.node ?? current;
        if (tellsStates || id === null) return false;
        states.set(id, { id, display: states.get(id)?.display ?? id, value: message.value, max: message.max, isRunning: true });
        return true;
      }
      default:
        return false;
    }
  };
  return { current: () => current, take: (message) => (take(message) ? { nodes: byDisplay([...states.values()]), current } : undefined) };
}

/** Nodes that a node made while it ran are told as that node: the mean of their fractions. */
function byDisplay(states: readonly NodeState[]): ComfyNodeProgress[] {
  const groups = Map.groupBy(states, ({ display }) => display);
  return [...groups].map(([node, all]) => {
    const made = all.filter(({ id }) => id !== node);
    const state = all.some(({ isRunning }) => isRunning) ? "running" : "finished";
    const [only] = all;
    if (made.length === 0 && only) return { node, value: only.value, max: only.max, state };
    return { node, value: made.reduce((sum, { value, max }) => sum + (max > 0 ? Math.min(1, value / max) : 0), 0), max: made.length, state };
  });
}
