import { type NodeRun, nodeKey } from "#runtime/run/run-state.ts";
import { readApproval } from "#server/contract/approvals.ts";
import { useApi } from "../api/queries.ts";
import { useMay, useWhyNotByRole } from "../session/use-may.ts";
import { useNameOf } from "../session/use-name-of.ts";
import { LoadError } from "../ui/load-error.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { DecisionForm } from "./decision-form.tsx";
import { EarlierEvents } from "./earlier-events.tsx";
import type { RunView } from "./run-view.ts";

/** The question a node run asks, to be decided right here. */
export function NodeGate({ view, run }: { view: RunView; run: NodeRun }) {
  const asked = view.record.asked.get(nodeKey(run.node, run.path));
  const mayRead = useMay("gate.read");
  const nameOf = useNameOf();
  const whyNot = useWhyNotByRole("gate.read");
  const gate = useApi(readApproval, { params: { id: `${view.runId}.${asked ?? 0}` } }, { enabled: view.live && asked !== undefined && mayRead });
  if (!view.live) return <p className="text-ink-muted text-xs">The run has ended; there is nothing left to decide.</p>;
  if (whyNot !== undefined) return <p className="text-ink-muted text-xs">Only members of the workspace see what is asked, and decide. {whyNot}</p>;
  if (gate.error) return <LoadError title="The question could not be loaded" text={gate.error.message} onRetry={() => void gate.refetch()} />;
  if (asked === undefined && view.record.missing > 0) return <EarlierEvents view={view} />;
  if (!gate.data) return <Skeleton className="h-24 w-full" />;
  const { decided } = gate.data;
  if (decided)
    return (
      <p className="text-ink-muted text-xs">
        Decided by {nameOf(decided.by)}: {decided.decision}. The run goes on in a moment.
      </p>
    );
  return <DecisionForm key={gate.data.id} gate={gate.data} />;
}
