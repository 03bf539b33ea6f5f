import { Plus, Workflow } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { createGraph, type GraphSummary, listGraphs } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { useSearch } from "../ui/use-search.ts";
import { ArchiveGraphDialog } from "./archive-graph-dialog.tsx";
import { GraphTable } from "./graph-table.tsx";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";
import { RenameGraphDialog } from "./rename-graph-dialog.tsx";
import { SharedGraphs } from "./shared-graphs.tsx";

const PAGE = 50;
type Dialog = { type: "rename" | "archive"; graph: GraphSummary };

/** Every graph, last changed first. */
export function GraphsPage() {
  const search = useSearch();
  const [dialog, setDialog] = useState<Dialog | undefined>(undefined);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const graphs = useApiPages(
    { id: listGraphs.id, page: (cursor, signal) => call(listGraphs, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
  );
  const create = useNewGraph();
  const newButton = (
    <MayButton action="graph.create" look="primary" icon={<Plus size={15} aria-hidden />} busy={create.isPending} onClick={create.start}>
      New graph
    </MayButton>
  );
  const close = () => setDialog(undefined);
  return (
    <PageFrame
      title="Graphs"
      text="What you have wired together. Open one to change it or to watch it run."
      actions={newButton}
      toolbar={<SearchInput label="Search graphs" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />}
    >
      <PagedList
        what="graphs"
        query={graphs}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<Workflow size={18} aria-hidden />}
              title="No graphs yet"
              text="A graph is a set of steps wired together: tools, code, branches, outputs. Make one and add its first node."
              actions={newButton}
            />
          ) : (
            <NothingFits title="No graph fits" text={`No graph is called "${search.settled}" or like it.`} onShowAll={() => search.set("")} />
          )
        }
      >
        {(items) => (
          <GraphTable
            label="Graphs"
            graphs={items}
            addressOf={({ id }) => `/graphs/${id}`}
            onRename={(graph) => setDialog({ type: "rename", graph })}
            onArchive={(graph) => setDialog({ type: "archive", graph })}
          />
        )}
      </PagedList>
      <SharedGraphs search={search.settled} />
      {dialog?.type === "rename" && <RenameGraphDialog graph={dialog.graph} onClose={close} />}
      {dialog?.type === "archive" && <ArchiveGraphDialog graph={dialog.graph} onClose={close} />}
    </PageFrame>
  );
}

function useNewGraph() {
  const navigate = useNavigate();
  const create = useChange(createGraph, { stale: [listGraphs] });
  const start = () =>
    create.mutate(
      { body: {} },
      {
        onSuccess: (graph) => void navigate(`/graphs/${graph.id}`),
        onError: (error) => toast.error("The graph was not made", { description: errorText(error) }),
      },
    );
  return { isPending: create.isPending, start };
}
