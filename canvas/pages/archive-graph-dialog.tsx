import { toast } from "sonner";
import { listAgents } from "#server/contract/agents.ts";
import { archiveGraph, type GraphSummary, listGraphs } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

export function ArchiveGraphDialog({ graph, onClose }: { graph: GraphSummary; onClose(): void }) {
  const archive = useChange(archiveGraph, { stale: [listGraphs, listAgents] });
  const confirm = () =>
    archive.mutate(
      { params: { id: graph.id } },
      {
        onSuccess: () => {
          toast.success(`"${graph.name}" is archived`);
          onClose();
        },
        onError: (error) => toast.error(`The ${graph.kind} was not archived`, { description: errorText(error) }),
      },
    );
  return (
    <ConfirmDialog
      open
      title={`Archive "${graph.name}"?`}
      text="It leaves this list and can no longer be opened, edited or started. Its runs stay."
      confirm="Archive"
      busy={archive.isPending}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
