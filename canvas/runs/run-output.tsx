import { FailureView } from "./failure-view.tsx";
import type { RunView } from "./run-view.ts";
import { StoredValueView } from "./stored-value-view.tsx";

/** What the run yielded: the outputs of its exit nodes, or the failure that ended it. */
export function RunOutput({ view: { state, runId, summary, live } }: { view: RunView }) {
  const phase = state?.phase;
  if (phase?.type !== "finished") return <p className="p-4 text-ink-muted text-xs">{live ? "The output is here when the run has ended." : "There is none."}</p>;
  const outputs = Object.entries(phase.output);
  const failure = phase.failure ?? summary?.failure;
  return (
    <div className="flex flex-col gap-2 p-3">
      {failure && <FailureView failure={failure} />}
      {outputs.map(([name, value]) => (
        <StoredValueView key={name} runId={runId} name={name} value={value} />
      ))}
      {outputs.length === 0 && !failure && <p className="p-1 text-ink-muted text-xs">The run had no output. An output node gives it one.</p>}
    </div>
  );
}
