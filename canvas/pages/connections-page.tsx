import { Plug, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type Connection, listConnections } from "#server/contract/connections.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useSession } from "../session/use-session.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { StatusDot } from "../ui/status.tsx";
import { useSearch } from "../ui/use-search.ts";
import { ConnectionDetail } from "./connection-detail.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { MasterDetail } from "./master-detail.tsx";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const PAGE = 100;
const REFRESH_MS = 15_000;

/** Outside systems that graphs use: how they are reached, whether they answer, what they offer. */
export function ConnectionsPage() {
  const search = useSearch();
  const [isAdding, setAdding] = useState(false);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const session = useSession();
  const connections = useApiPages(
    { id: listConnections.id, page: (cursor, signal) => call(listConnections, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const addButton = (
    <MayButton action="connection.manage" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
      Add MCP server
    </MayButton>
  );
  const [params, setParams] = useSearchParams();
  const choose = (id: string) => setParams({ id }, { replace: true });
  return (
    <PageFrame
      title="Connections"
      text="MCP servers whose tools your graphs can call."
      actions={addButton}
      toolbar={<SearchInput label="Search connections" placeholder="Search by name" value={search.typed} onChange={search.set} className="w-72" />}
    >
      {session?.person === false && session.mode === "single-user" && (
        <PersonNotice what="Commands of connections are shown, and can be set, only to a person." />
      )}
      <PagedList
        what="connections"
        query={connections}
        empty={
          search.settled === "" ? (
            <EmptyState
              icon={<Plug size={18} aria-hidden />}
              title="No connections yet"
              text="An MCP server brings tools: files, databases, services. Each of its tools becomes a node you can wire."
              actions={addButton}
            />
          ) : (
            <EmptyState
              icon={<SearchX size={18} aria-hidden />}
              title="No connection fits"
              text={`No connection is called "${search.settled}" or like it.`}
              actions={<Button onClick={() => search.set("")}>Show all</Button>}
            />
          )
        }
      >
        {(items) => (
          <MasterDetail label="Connections" items={items} chosen={params.get("id")} onChoose={choose} row={rowOf}>
            {(connection) => <ConnectionDetail key={connection.id} connection={connection} />}
          </MasterDetail>
        )}
      </PagedList>
      {isAdding && <ConnectionDialog onSaved={({ id }) => choose(id)} onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}

const rowOf = ({ name, health }: Connection) => ({ icon: <StatusDot health={health.state} />, title: name, text: "MCP over stdio" });
