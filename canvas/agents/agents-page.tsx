import { Bot, Copy, MessagesSquare, Plus } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { createAgent, listAgents } from "#server/contract/agents.ts";
import { type GraphSummary, readGraph } from "#server/contract/graphs.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages, useChange } from "../api/queries.ts";
import { ArchiveGraphDialog } from "../pages/archive-graph-dialog.tsx";
import { GraphTable } from "../pages/graph-table.tsx";
import { PageFrame } from "../pages/page-frame.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { RenameGraphDialog } from "../pages/rename-graph-dialog.tsx";
import { MayButton } from "../session/may-button.tsx";
import { useWhyNotByRole } from "../session/use-may.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import type { MenuItem } from "../ui/menu.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { useSearch } from "../ui/use-search.ts";
import { NewAgentDialog } from "./new-agent-dialog.tsx";

const PAGE = 50;
const NAME_LENGTH = 200;
const COPY = " (copy)";
type OpenDialog = { type: "rename" | "archive"; agent: GraphSummary } | { type: "new" };

/** The agents of the library, last changed first. */
export function AgentsPage() {
  const search = useSearch();
  const [dialog, setDialog] = useState<OpenDialog | undefined>(undefined);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const agents = useApiPages(
    { id: listAgents.id, page: (cursor, signal) => call(listAgents, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
  );
  const more = useMoreActions();
  const newButton = (
    <MayButton action="graph.create" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setDialog({ type: "new" })}>
      New agent
    </MayButton>
  );
  const close = () => setDialog(undefined);
  return (
    <PageFrame
      title="Agents"
      text="Models with instructions and tools of their own. Talk to one, or use it in graphs, as a tool of other agents, and in crews."
      actions={newButton}
      toolbar={<SearchInput label="Search agents" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />}
    >
      <PagedList
        what="agents"
        query={agents}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<Bot size={18} aria-hidden />}
              title="No agents yet"
              text="An agent has instructions, a model and tools, and rules about what it may do by itself. Make one and try it in its chat."
              actions={newButton}
            />
          ) : (
            <NothingFits title="No agent fits" text={`No agent is called "${search.settled}" or like it.`} onShowAll={() => search.set("")} />
          )
        }
      >
        {(items) => (
          <GraphTable
            label="Agents"
            graphs={items}
            addressOf={({ id }) => `/agents/${id}`}
            onRename={(agent) => setDialog({ type: "rename", agent })}
            onArchive={(agent) => setDialog({ type: "archive", agent })}
            more={more}
          />
        )}
      </PagedList>
      {dialog?.type === "new" && <NewAgentDialog onClose={close} />}
      {dialog?.type === "rename" && <RenameGraphDialog graph={dialog.agent} onClose={close} />}
      {dialog?.type === "archive" && <ArchiveGraphDialog graph={dialog.agent} onClose={close} />}
    </PageFrame>
  );
}

/** What can be done with an agent beside what can be done with any graph. */
function useMoreActions(): (agent: GraphSummary) => MenuItem[] {
  const navigate = useNavigate();
  const create = useChange(createAgent, { stale: [listAgents] });
  const noCreate = useWhyNotByRole("graph.create");
  const noRun = useWhyNotByRole("graph.run");
  const duplicate = async ({ id, name }: GraphSummary) => {
    try {
      const { graph } = await call(readGraph, { params: { id } });
      const copy = await create.mutateAsync({ body: { graph, name: `${name.slice(0, NAME_LENGTH - COPY.length)}${COPY}` } });
      toast.success(`Copied as “${copy.name}”`);
    } catch (error) {
      toast.error("The agent was not copied", { description: errorText(error) });
    }
  };
  return (agent) => [
    {
      type: "action",
      label: "Chat",
      icon: <MessagesSquare size={14} />,
      disabled: noRun !== undefined || agent.publishedRevision === null,
      detail: noRun ?? (agent.publishedRevision === null ? "It is not published yet. Open it to try the draft." : undefined),
      onSelect: () => void navigate(`/graphs/${agent.id}/chat`),
    },
    {
      type: "action",
      label: "Duplicate",
      icon: <Copy size={14} />,
      disabled: noCreate !== undefined,
      detail: noCreate,
      onSelect: () => void duplicate(agent),
    },
  ];
}
