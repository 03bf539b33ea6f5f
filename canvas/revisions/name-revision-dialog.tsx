import type { GraphId } from "#runtime/graph/ids.ts";
import { listRevisions, nameRevision } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { NameDialog } from "../ui/name-dialog.tsx";

export interface NamedRevision {
  number: number;
  name: string | null;
}

/** Gives a revision a name, or takes it away. */
export function NameRevisionDialog({ graphId, revision, onClose }: { graphId: GraphId; revision: NamedRevision; onClose(): void }) {
  const { number, name } = revision;
  const rename = useChange(nameRevision, { stale: [listRevisions] });
  return (
    <NameDialog
      title={`Name revision ${number}`}
      description="A revision with a name is kept for ever."
      name={name ?? ""}
      placeholder="Before the launch"
      submit={(wanted) => (wanted === "" && name !== null ? "Take the name away" : "Save")}
      ready={(wanted) => wanted !== (name ?? "")}
      busy={rename.isPending}
      problem={rename.error ? errorText(rename.error) : undefined}
      onSubmit={(wanted) => rename.mutate({ params: { id: graphId, number }, body: { name: wanted === "" ? null : wanted } }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
