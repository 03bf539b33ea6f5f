import { FileClock, Save } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { GraphId } from "#runtime/graph/ids.ts";
import { cutRevision, listRevisions } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { useChange } from "../api/queries.ts";
import { saved } from "../app/saved.ts";
import { useEditor } from "../document/editor-context.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useNameOf } from "../session/use-name-of.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Panel } from "../ui/panel.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useSearch } from "../ui/use-search.ts";
import { DraftRow } from "./draft-row.tsx";
import { NameRevisionDialog } from "./name-revision-dialog.tsx";
import { RevisionRow } from "./revision-row.tsx";
import { byDay } from "./revision-words.ts";
import { useHistoryAddress } from "./use-history-address.ts";
import { useNewestRevision, useRevisions } from "./use-revision.ts";

/** How often it is looked whether there are others. */
const EVERY_MS = 15_000;

/** The history of a graph: its draft, and below it every revision by day. */
export function RevisionPanel({ graphId }: { graphId: GraphId }) {
  const { toggle } = useHistoryAddress();
  const search = useSearch();
  const [isNamedOnly, setNamedOnly] = useState(false);
  const newest = useNewestRevision(graphId, { every: EVERY_MS });
  const filter = { ...(search.settled !== "" && { search: search.settled }), ...(isNamedOnly && { named: "true" as const }) };
  // a revision somebody else cut makes another list
  const revisions = useRevisions(graphId, { ...filter, newest: newest?.number });
  const isFiltered = isNamedOnly || search.settled !== "";
  const clear = () => {
    setNamedOnly(false);
    search.set("");
  };
  return (
    <Panel title="History" label="History of this graph" aside={<KeepButton />} onClose={toggle} className="flex-1">
      <div className="flex flex-col gap-2 border-line border-b px-3 py-2.5">
        <SearchInput label="Search the history" placeholder="Name or person" value={search.typed} onChange={search.set} />
        <label className="flex items-center gap-2 text-ink-muted text-xs">
          <input type="checkbox" checked={isNamedOnly} onChange={(event) => setNamedOnly(event.target.checked)} className="accent-(--accent-fill)" />
          Only revisions with names
        </label>
      </div>
      <DraftRow newest={newest?.number} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {revisions.items ? (
          <Days revisions={revisions.items} isFiltered={isFiltered} onClear={clear} />
        ) : revisions.error ? (
          <LoadError
            title="The history could not be loaded"
            text={errorText(revisions.error)}
            busy={revisions.isFetching}
            onRetry={() => void revisions.refetch()}
          />
        ) : (
          <SkeletonRows label="Loading the history" />
        )}
        {revisions.hasNextPage && (
          <div className="flex justify-center p-3">
            <Button size="small" busy={revisions.isFetchingNextPage} onClick={() => void revisions.fetchNextPage()}>
              Older revisions
            </Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Days({ revisions, isFiltered, onClear }: { revisions: Parameters<typeof byDay>[0]; isFiltered: boolean; onClear(): void }) {
  const nameOf = useNameOf();
  if (revisions.length === 0) {
    return isFiltered ? (
      <EmptyState title="No revision fits" text="No revision of this graph fits the search." actions={<Button onClick={onClear}>Clear it</Button>} />
    ) : (
      <EmptyState
        icon={<FileClock size={17} aria-hidden />}
        title="No revisions yet"
        text="One is kept with every run, whenever editing stops, and when you ask for it."
      />
    );
  }
  return byDay(revisions, new Date()).map(({ title, revisions: group }) => (
    <section key={title} aria-label={title}>
      <h3 className="sticky top-0 z-10 border-line border-b bg-surface px-3 py-1 font-medium text-2xs text-ink-faint uppercase tracking-wide">{title}</h3>
      <ul>
        {group.map((revision) => (
          <RevisionRow key={revision.number} revision={revision} nameOf={nameOf} />
        ))}
      </ul>
    </section>
  ));
}

/** Keeps the draft as it is now, under a name. */
function KeepButton() {
  const { graphId, document } = useEditor();
  const whyNot = useWhyNotByRole("graph.edit");
  const cut = useChange(cutRevision, { stale: [listRevisions] });
  const [kept, setKept] = useState<{ number: number; name: string | null } | undefined>(undefined);
  const keep = async () => {
    try {
      if (document) await saved(document);
      const { number, name } = await cut.mutateAsync({ params: { id: graphId } });
      setKept({ number, name });
    } catch (error) {
      toast.error("The draft was not kept", { description: errorText(error) });
    }
  };
  return (
    <>
      <IconButton
        label={whyNot ?? "Keep the draft as a revision"}
        size="small"
        icon={<Save size={14} />}
        disabled={whyNot !== undefined || cut.isPending}
        onClick={() => void keep()}
      />
      {kept && <NameRevisionDialog graphId={graphId} revision={kept} onClose={() => setKept(undefined)} />}
    </>
  );
}
