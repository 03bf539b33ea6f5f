import type { CalledNode } from "../runs/called-runs.ts";
import { calledState, callsText } from "../runs/use-called.ts";
import { StatusText } from "../ui/status.tsx";
import { Tail } from "./text-tail.tsx";

/** How a node that others call fares in the run: the state of its calls, how many there were, what it writes now. */
export function CalledStatus({ called }: { called: CalledNode }) {
  const state = calledState(called);
  if (state === undefined) return null;
  const failure = called.calls.at(-1)?.failure;
  return (
    <footer className="border-line border-t px-2.5 py-1.5">
      <div className="node-result flex items-center justify-between gap-2">
        <StatusText state={state} size={13} />
        <span className="min-w-0 truncate text-2xs text-ink-faint tabular-nums">{callsText(called)}</span>
      </div>
      {failure && <p className="wrap-anywhere mt-1 line-clamp-2 text-2xs text-ink-muted">{failure.message}</p>}
      {called.writing !== "" && (
        <div className="mt-1.5">
          <Tail text={called.writing} />
        </div>
      )}
    </footer>
  );
}
