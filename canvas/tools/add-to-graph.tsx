import { Workflow } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { createGraph, listGraphs } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { addingState, type NodeToAdd } from "../palette/use-add-from-elsewhere.ts";
import { MayButton } from "../session/may-button.tsx";
import { NewLine, SubjectPicker } from "./subject-picker.tsx";

/** Asks for a graph, and opens it with this node added. */
export function AddToGraphButton({ label = "Add to graph…", node }: { label?: string; node: NodeToAdd }) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const create = useChange(createGraph, { stale: [listGraphs] });
  const open = (graph: string) => void navigate(`/graphs/${graph}`, { state: addingState(node) });
  const openNew = () =>
    create.mutate(
      { body: { name: node.title } },
      { onSuccess: ({ id }) => open(id), onError: (error) => toast.error("The graph was not made", { description: errorText(error) }) },
    );
  return (
    <>
      <MayButton action="graph.edit" icon={<Workflow size={14} aria-hidden />} onClick={() => setOpen(true)}>
        {label}
      </MayButton>
      {isOpen && (
        <SubjectPicker
          title={`Add "${node.title}" to a graph`}
          description="The graph opens with a node for it."
          onlyGraphs
          first={
            <NewLine isBusy={create.isPending} onClick={openNew}>
              A new graph
            </NewLine>
          }
          onChoose={({ id }) => open(id)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
