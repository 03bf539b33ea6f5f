import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { CalledNode, CalledRuns, NodeCall } from "./called-runs.ts";

const NOBODY: CalledRuns = { of: () => undefined, subscribe: () => () => {} };

export const CalledRunsContext = createContext<CalledRuns>(NOBODY);

/** How a node that others call fares in the run that is looked at; undefined while nobody has called it. */
export function useCalled(node: NodeId): CalledNode | undefined {
  const called = useContext(CalledRunsContext);
  return useSyncExternalStore(
    called.subscribe,
    useCallback(() => called.of(node), [called, node]),
  );
}

/** The state a called node is shown in: what goes on and most wants to be seen, else that of the last call. */
export function calledState({ calls }: CalledNode): NodeCall["state"] | undefined {
  for (const state of ["uncertain", "running", "waiting"] as const) if (calls.some((call) => call.state === state)) return state;
  return calls.at(-1)?.state;
}

/** "Called 3 times". */
export function callsText({ calls }: CalledNode): string {
  return calls.length === 1 ? "Called once" : `Called ${calls.length.toLocaleString("en")} times`;
}
