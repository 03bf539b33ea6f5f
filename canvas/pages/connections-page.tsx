import { Plug, Plus, SearchX } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type Connection, listConnections } from "#server/contract/connections.ts";
import { readSession } from "#server/contract/system.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { StatusDot } from "../ui/status.tsx";
import { useSearch } from "../ui/use-search.ts";
import { ConnectionDetail } from "./connection-detail.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const PAGE = 100;
const REFRESH_MS = 15_000;

/** Outside systems that graphs use: how they are reached, whether they answer, what they offer. */
export function ConnectionsPage() {
  const search = useSearch();
  const [isAdding, setAdding] = useState(false);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const session = useApi(readSession, {});
  const connections = useApiPages(
    { id: listConnections.id, page: (cursor, signal) => call(listConnections, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const addButton = (
    <Button look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding(true)}>
      Add MCP server
    </Button>
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
      {session.data?.person === false && <PersonNotice what="Commands of connections are shown, and can be set, only to a person." />}
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
        {(items) => <Connections connections={items} chosen={params.get("id")} onChoose={choose} />}
      </PagedList>
      {isAdding && <ConnectionDialog onSaved={({ id }) => choose(id)} onClose={() => setAdding(false)} />}
    </PageFrame>
  );
}

function Connections({ connections, chosen, onChoose }: { connections: readonly Connection[]; chosen: string | null; onChoose(id: string): void }) {
  const shown = connections.find(({ id }) => id === chosen) ?? connections[0];
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[16rem_minmax(0,1fr)] items-start gap-5 max-md:grid-cols-1">
      <ul aria-label="Connections" className="overflow-hidden rounded-lg border border-line bg-surface">
        {connections.map((connection) => (
          <li key={connection.id} className="border-line border-b last:border-b-0">
            <button
              type="button"
              aria-current={connection.id === shown?.id}
              onClick={() => onChoose(connection.id)}
              className={classes(
                "flex w-full items-center gap-2.5 px-3 py-2.5 text-left hover:bg-hover",
                connection.id === shown?.id && "bg-accent-soft hover:bg-accent-soft",
              )}
            >
              <StatusDot health={connection.health.state} />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium text-sm">{connection.name}</span>
                <span className="block text-ink-faint text-xs">MCP over stdio</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown && <ConnectionDetail key={shown.id} connection={shown} />}
    </div>
  );
}
