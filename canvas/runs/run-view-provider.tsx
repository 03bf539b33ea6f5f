import { type ReactNode, useEffect, useMemo } from "react";
import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import { createCalledRuns } from "./called-runs.ts";
import { runServices } from "./run-services.ts";
import { createRunSession } from "./run-session.ts";
import { RunViewContext } from "./run-view.ts";
import { CalledRunsContext } from "./use-called.ts";

export interface RunViewProviderProps {
  graphId: GraphId;
  /** A run to look at as it was; absent, the newest run of the graph is followed. */
  runId?: RunId | undefined;
  children: ReactNode;
}

export function RunViewProvider({ graphId, runId, children }: RunViewProviderProps) {
  const session = useMemo(() => createRunSession({ graph: graphId, run: runId }, runServices), [graphId, runId]);
  useEffect(() => {
    session.open();
    return session.close;
  }, [session]);
  const called = useMemo(() => createCalledRuns({ source: session.source, ...runServices }), [session]);
  return (
    <RunViewContext value={session}>
      <CalledRunsContext value={called}>{children}</CalledRunsContext>
    </RunViewContext>
  );
}
