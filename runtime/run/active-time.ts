import type { RunState } from "./run-state.ts";

/** Milliseconds for which a run has been active at an instant; see `RunState.activeMs`. */
export function activeMsAt({ activeMs, activeSince }: Pick<RunState, "activeMs" | "activeSince">, at: number): number {
  return activeSince === undefined ? activeMs : activeMs + Math.max(0, at - Date.parse(activeSince));
}
