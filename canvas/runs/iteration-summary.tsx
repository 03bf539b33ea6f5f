import type { RunId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { FailureView } from "./failure-view.tsx";
import type { ShownIteration } from "./run-record.ts";
import { StoredValueView } from "./stored-value-view.tsx";

/** What an iteration of a container was given, what it handed back, or why it failed. */
export function IterationSummary({ run, iteration }: { run: RunId; iteration: ShownIteration }) {
  return (
    <div className="flex flex-col gap-2 pt-3">
      {iteration.failure && <FailureView failure={iteration.failure} />}
      {iteration.state === "stopped" && <p className="text-ink-muted text-xs">It was stopped: another one failed, or the run ended.</p>}
      <Values run={run} values={iteration.given ?? {}} detail="given to it" />
      <Values run={run} values={iteration.outputs} detail="handed back" />
    </div>
  );
}

function Values({ run, values, detail }: { run: RunId; values: StoredValues; detail: string }) {
  return Object.entries(values).map(([port, value]) => <StoredValueView key={port} runId={run} name={port} detail={detail} value={value} />);
}
