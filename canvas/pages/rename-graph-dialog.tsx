import { useState } from "react";
import { listAgents } from "#server/contract/agents.ts";
import { type GraphSummary, listGraphs, renameGraph } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input, TextArea } from "../ui/input.tsx";

export function RenameGraphDialog({ graph, onClose }: { graph: GraphSummary; onClose(): void }) {
  const [name, setName] = useState(graph.name);
  const [description, setDescription] = useState(graph.description);
  const rename = useChange(renameGraph, { stale: [listGraphs, listAgents] });
  const isReady = name.trim() !== "";
  const save = () => isReady && rename.mutate({ params: { id: graph.id }, body: { name: name.trim(), description } }, { onSuccess: onClose });
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="rename-graph" busy={rename.isPending} disabled={!isReady}>
        Save
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={`Rename ${graph.kind}`} actions={actions}>
      <form
        id="rename-graph"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label="Name" htmlFor="graph-name" required errors={rename.error ? [errorText(rename.error)] : []}>
          <Input
            id="graph-name"
            autoFocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.target.select()}
          />
        </Field>
        <Field label="Description" htmlFor="graph-description">
          <TextArea id="graph-description" maxLength={10_000} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
