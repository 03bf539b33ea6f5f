import { useState } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import { listRevisions, nameRevision } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

export interface NamedRevision {
  number: number;
  name: string | null;
}

/** Gives a revision a name, or takes it away. */
export function NameDialog({ graphId, revision, onClose }: { graphId: GraphId; revision: NamedRevision; onClose(): void }) {
  const [name, setName] = useState(revision.name ?? "");
  const rename = useChange(nameRevision, { stale: [listRevisions] });
  const wanted = name.trim() === "" ? null : name.trim();
  const save = () => rename.mutate({ params: { id: graphId, number: revision.number }, body: { name: wanted } }, { onSuccess: onClose });
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="name-revision" busy={rename.isPending} disabled={wanted === revision.name}>
        {wanted === null && revision.name !== null ? "Take the name away" : "Save"}
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={`Name revision ${revision.number}`} description="A revision with a name is kept for ever." actions={actions}>
      <form
        id="name-revision"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== revision.name) save();
        }}
      >
        <Field label="Name" htmlFor="revision-name" errors={rename.error ? [errorText(rename.error)] : []}>
          <Input id="revision-name" autoFocus maxLength={200} value={name} placeholder="Before the launch" onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
