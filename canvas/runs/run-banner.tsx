import { useQueryClient } from "@tanstack/react-query";
import { History, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { toast } from "sonner";
import { listGraphs, listRevisions, restoreRevision } from "#server/contract/graphs.ts";
import { listRuns, type RunSummary } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { keyOf, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { useRunPart } from "./run-view.ts";

/** Above the board of a run that is looked at by itself: what one looks at, and the ways on from here. */
export function RunBanner() {
  const summary = useRunPart((view) => view?.summary);
  const isLive = useRunPart((view) => view?.live === true);
  if (!summary) return null;
  return (
    <div role="note" className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-accent-soft px-4 py-1.5 text-xs">
      <History size={14} aria-hidden className="shrink-0 text-accent" />
      <span className="min-w-0 flex-1">
        <span className="font-medium">The graph as this run {isLive ? "sees" : "saw"} it.</span>{" "}
        <span className="text-ink-muted">
          <Link to={`/graphs/${summary.graph}?history=${summary.revision}`} className="font-medium text-accent hover:underline">
            Revision {summary.revision}
          </Link>
          ; nothing can be changed here, and the draft is untouched.
        </span>
      </span>
      <Restore summary={summary} />
    </div>
  );
}

function Restore({ summary }: { summary: RunSummary }) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  const cache = useQueryClient();
  const restore = useChange(restoreRevision, { stale: [listRevisions, listGraphs] });
  const confirm = () =>
    restore.mutate(
      { params: { id: summary.graph, number: summary.revision } },
      {
        onSuccess: () => {
          setAsking(false);
          void cache.invalidateQueries({ queryKey: keyOf(listRuns) });
          toast.success(`The draft is revision ${summary.revision} again`, { description: "What it was before is kept as a revision." });
          void navigate(`/graphs/${summary.graph}`);
        },
        onError: (error) => toast.error("The revision was not restored", { description: errorText(error) }),
      },
    );
  return (
    <>
      <MayButton action="graph.edit" size="small" icon={<RotateCcw size={13} aria-hidden />} onClick={() => setAsking(true)}>
        Restore this revision
      </MayButton>
      <ConfirmDialog
        open={isAsking}
        title={`Restore revision ${summary.revision}?`}
        text="The draft becomes what it was then, for everybody who has it open. What it is now is kept as a revision first, so you can come back."
        confirm="Restore"
        busy={restore.isPending}
        onConfirm={confirm}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
