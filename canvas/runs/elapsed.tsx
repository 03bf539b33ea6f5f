import { formatDuration } from "../ui/time-ago.tsx";
import { useNow } from "../ui/use-now.ts";
import { elapsedMs } from "./run-progress.ts";

export interface ElapsedProps {
  startedAt: string | null | undefined;
  finishedAt: string | null | undefined;
  /** Whether it goes on, so that the time runs. */
  live: boolean;
}

/** How long something took, or has taken so far. */
export function Elapsed({ startedAt, finishedAt, live }: ElapsedProps) {
  const isRunning = live && !finishedAt && Boolean(startedAt);
  const now = useNow(isRunning);
  const ms = finishedAt || isRunning ? elapsedMs({ startedAt, finishedAt }, now) : undefined;
  return <span className="whitespace-nowrap tabular-nums">{ms === undefined ? "–" : formatDuration(ms)}</span>;
}
