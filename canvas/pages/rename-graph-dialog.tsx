import { useState } from "react";
import { listAgents } from "#server/contract/agents.ts";
import { type GraphSummary, listGraphs, renameGraph } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Field } from "../ui/field.tsx";
import { TextArea } from "../ui/input.tsx";
import { NameDialog } from "../ui/name-dialog.tsx";

export function RenameGraphDialog({ graph, onClose }: { graph: GraphSummary; onClose(): void }) {
  const [description, setDescription] = useState(graph.description);
  const rename = useChange(renameGraph, { stale: [listGraphs, listAgents] });
  return (
    <NameDialog
      title={`Rename ${graph.kind}`}
      name={graph.name}
      busy={rename.isPending}
      problem={rename.error ? errorText(rename.error) : undefined}
      onSubmit={(name) => rename.mutate({ params: { id: graph.id }, body: { name, description } }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Field label="Description" htmlFor="graph-description">
        <TextArea id="graph-description" maxLength={10_000} value={description} onChange={(event) => setDescription(event.target.value)} />
      </Field>
    </NameDialog>
  );
}
