import { useMemo } from "react";
import { isSame } from "#runtime/graph/diff.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import { listGraphUses } from "#server/contract/graphs.ts";
import { listHooks } from "#server/contract/hooks.ts";
import { useApi } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { useMay } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { counted, countedUses, summaryOf } from "./change-words.ts";
import { listedChanges } from "./listed-changes.ts";
import { MarkIcon } from "./mark-icon.tsx";
import type { DraftStanding } from "./use-draft-standing.ts";

const MOST_SHOWN = 12;

/** What will be different for whoever runs the published revision; asked before it changes. */
export function PublishDialog({ standing, onPublish, onClose }: { standing: DraftStanding; onPublish(): void; onClose(): void }) {
  const { graphId } = useEditor();
  const { before, draft, diff, published } = standing;
  const changes = useMemo(() => listedChanges(diff, { before, after: draft }), [diff, before, draft]);
  const isUnchanged = isSame(diff);
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" disabled={isUnchanged} onClick={onPublish}>
        Publish
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Publish the draft?"
      description={
        isUnchanged
          ? `The draft is what revision ${published} says: there is nothing to publish.`
          : `Since the published revision ${published}: ${summaryOf(diff)}.`
      }
      actions={actions}
    >
      <ul aria-label="What changes" className="flex flex-col gap-1.5 text-sm">
        {changes.slice(0, MOST_SHOWN).map((change) => (
          <li key={change.key} className="flex items-baseline gap-2">
            <MarkIcon kind={change.kind} size={12} />
            <span className="wrap-anywhere">{change.title}</span>
            <span className="ml-auto shrink-0 text-ink-faint text-xs">{change.detail}</span>
          </li>
        ))}
        {changes.length > MOST_SHOWN && <li className="text-ink-faint text-xs">and {changes.length - MOST_SHOWN} more</li>}
      </ul>
      <Affected graphId={graphId} />
    </Dialog>
  );
}

/** Who will run the new revision from then on. */
function Affected({ graphId }: { graphId: GraphId }) {
  const hooks = useApi(listHooks, { params: { id: graphId } });
  const uses = useApi(listGraphUses, { params: { id: graphId } }, { enabled: useMay("graph.list") });
  const parts = [
    hooks.data && hooks.data.items.length > 0 && counted(hooks.data.items.length, "webhook"),
    uses.data &&
      uses.data.items.length > 0 &&
      `${countedUses(uses.data, "graph")} (${uses.data.items
        .map(({ graphName }) => graphName)
        .slice(0, 3)
        .join(", ")})`,
  ].filter((part) => typeof part === "string");
  if (parts.length === 0) return null;
  return <p className="pt-3 text-ink-muted text-xs">Runs begun by {parts.join(" and by ")} follow it from then on.</p>;
}
