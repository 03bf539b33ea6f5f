import { Plug, Plus } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type Connection, type ConnectionKind, listConnections } from "#server/contract/connections.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { useSession } from "../session/use-session.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { StatusDot } from "../ui/status.tsx";
import { useSearch } from "../ui/use-search.ts";
import { ComfyConnectionDialog } from "./comfyui-connection-dialog.tsx";
import { ConnectionDetail } from "./connection-detail.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { MasterDetail } from "./master-detail.tsx";
import { ModelConnectionDialog } from "./model-connection-dialog.tsx";
import { PROVIDER_WORDS } from "./model-words.ts";
import { ModelsAndPrices } from "./models-and-prices.tsx";
import { PageFrame } from "./page-frame.tsx";
import { PagedList } from "./paged-list.tsx";

const PAGE = 100;
const REFRESH_MS = 15_000;

/** Outside systems that graphs use: how they are reached, whether they answer, what they offer. */
export function ConnectionsPage() {
  const search = useSearch();
  const [adding, setAdding] = useState<ConnectionKind | undefined>(undefined);
  const filter = search.settled === "" ? {} : { search: search.settled };
  const session = useSession();
  const connections = useApiPages(
    { id: listConnections.id, page: (cursor, signal) => call(listConnections, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal }) },
    filter,
    { every: REFRESH_MS },
  );
  const addButtons = (
    <>
      <MayButton action="connection.manage" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding("comfyui")}>
        Add ComfyUI server
      </MayButton>
      <MayButton action="connection.manage" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding("model")}>
        Add model provider
      </MayButton>
      <MayButton action="connection.manage" look="primary" icon={<Plus size={15} aria-hidden />} onClick={() => setAdding("mcp")}>
        Add MCP server
      </MayButton>
    </>
  );
  const [params, setParams] = useSearchParams();
  const choose = (id: string) => setParams({ id }, { replace: true });
  return (
    <PageFrame
      title="Connections"
      text="MCP servers whose tools your graphs can call, providers of the models they ask, and ComfyUI servers that make pictures."
      actions={addButtons}
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
              text="An MCP server brings tools: files, databases, services. A model provider brings the models that agents ask. A ComfyUI server runs workflows for pictures."
              actions={addButtons}
            />
          ) : (
            <NothingFits title="No connection fits" text={`No connection is called "${search.settled}" or like it.`} onShowAll={() => search.set("")} />
          )
        }
      >
        {(items) => (
          <MasterDetail label="Connections" items={items} chosen={params.get("id")} onChoose={choose} row={rowOf}>
            {(connection) => <ConnectionDetail key={connection.id} connection={connection} />}
          </MasterDetail>
        )}
      </PagedList>
      <ModelsAndPrices />
      {adding === "mcp" && <ConnectionDialog onSaved={({ id }) => choose(id)} onClose={() => setAdding(undefined)} />}
      {adding === "comfyui" && <ComfyConnectionDialog onSaved={({ id }) => choose(id)} onClose={() => setAdding(undefined)} />}
      {adding === "model" && <ModelConnectionDialog onSaved={({ id }) => choose(id)} onClose={() => setAdding(undefined)} />}
    </PageFrame>
  );
}

const rowOf = (connection: Connection) => ({ icon: <StatusDot health={connection.health.state} />, title: connection.name, text: kindWords(connection) });

function kindWords(connection: Connection): string {
  if (connection.kind === "comfyui") return ["ComfyUI", ...connection.labels].join(" · ");
  return connection.kind === "model" ? `Models · ${PROVIDER_WORDS[connection.provider].title}` : "MCP server";
}
