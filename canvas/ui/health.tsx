import { type HealthState, healthLabel, StatusDot } from "./status.tsx";
import { TimeAgo } from "./time-ago.tsx";

interface HealthProps<State extends HealthState> {
  health: { state: State; detail: string; checkedAt: string | null };
  /** What is said of a state that has no detail; otherwise its label. */
  words?: Readonly<Record<State, string>>;
}

/** How an outside system fares, in a line: what it said last, and when. */
export function Health<State extends HealthState>({ health: { state, detail, checkedAt }, words }: HealthProps<State>) {
  return (
    <p className="flex items-center gap-2 text-ink-muted text-xs">
      <StatusDot health={state} />
      <span className="min-w-0 truncate" title={detail}>
        {detail === "" ? (words?.[state] ?? healthLabel(state)) : detail}
      </span>
      {checkedAt && (
        <span className="text-ink-faint">
          <TimeAgo time={checkedAt} />
        </span>
      )}
    </p>
  );
}
