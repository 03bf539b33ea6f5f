import { useEffect, useState, useSyncExternalStore } from "react";
import type { RunId } from "#runtime/graph/ids.ts";
import { liveSocket } from "../api/live.ts";
import { onNextFrame } from "../runs/on-next-frame.ts";
import { type FollowedTrace, followTrace, type Traces } from "./follow-trace.ts";

const NONE: Traces = new Map();
const nothing = { current: () => NONE, subscribe: () => () => {} };

/** What happens in a run and below it; nothing while it is not looked at. */
export function useTrace(run: RunId, isShown: boolean): Traces {
  const [trace, setTrace] = useState<FollowedTrace | undefined>(undefined);
  useEffect(() => {
    if (!isShown) return;
    const followed = followTrace(run, { followRun: (...given) => liveSocket().followRun(...given), later: onNextFrame });
    setTrace(followed);
    return () => {
      setTrace(undefined);
      followed.close();
    };
  }, [run, isShown]);
  const source = trace ?? nothing;
  return useSyncExternalStore(source.subscribe, source.current);
}
