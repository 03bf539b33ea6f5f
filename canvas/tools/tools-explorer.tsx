import { Wrench } from "lucide-react";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { type ConnectionId, connectionIdSchema } from "#runtime/graph/ids.ts";
import type { Connection } from "#server/contract/connections.ts";
import { type FoundTool, searchTools, type ToolFilter } from "#server/contract/tools.ts";
import { call } from "../api/client.ts";
import { useApi, useApiPages } from "../api/queries.ts";
import { MasterDetail } from "../pages/master-detail.tsx";
import { PagedList } from "../pages/paged-list.tsx";
import { classes } from "../ui/classes.ts";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { useSearch } from "../ui/use-search.ts";
import { NoServers } from "./permissions.tsx";
import { toolKey } from "./tool-address.ts";
import { ToolDetail } from "./tool-detail.tsx";

const PAGE = 60;
const MOST = 200;
const ANY = "any";
const SHOWS: readonly { value: ToolFilter | typeof ANY; label: string }[] = [
  { value: ANY, label: "All tools" },
  { value: "read-only", label: "Read-only" },
  { value: "changed", label: "Changed, not approved" },
  { value: "asks", label: "Asked about" },
  { value: "denied", label: "Denied" },
];

/** The tools of all servers beside the one that is looked at. */
export function ToolsExplorer({ connections }: { connections: readonly Connection[] }) {
  const [params, setParams] = useSearchParams();
  const search = useSearch();
  const [connection, setConnection] = useState<ConnectionId | typeof ANY>(ANY);
  const [shows, setShows] = useState<ToolFilter | typeof ANY>(ANY);
  const filter = {
    ...(search.settled !== "" && { search: search.settled }),
    ...(connection !== ANY && { connection }),
    ...(shows !== ANY && { shows }),
  };
  const isFiltered = Object.keys(filter).length > 0;
  const page = (cursor: string | undefined, signal: AbortSignal) => call(searchTools, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal });
  const tools = useApiPages({ id: searchTools.id, page }, filter);
  const chosen = params.get("tool");
  const wanted = useWanted(chosen, tools.items);
  const showAll = () => {
    search.set("");
    setConnection(ANY);
    setShows(ANY);
  };
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput label="Search tools" placeholder="Search by name or description" value={search.typed} onChange={search.set} className="w-72" />
        <div className="w-48">
          <Select
            label="Server"
            value={connection}
            options={[{ value: ANY, label: "All servers" }, ...connections.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(value) => setConnection(connections.find(({ id }) => id === value)?.id ?? ANY)}
          />
        </div>
        <div className="w-48">
          <Select
            label="Which to show"
            value={shows}
            options={SHOWS}
            onChange={(value) => setShows(SHOWS.find((each) => each.value === value)?.value ?? ANY)}
          />
        </div>
      </div>
      <PagedList
        what="tools"
        query={tools}
        empty={
          isFiltered ? <NothingFits title="No tool fits" text="No tool of any server fits the search and the filters." onShowAll={showAll} /> : <NoServers />
        }
      >
        {(items) => (
          <MasterDetail<FoundTool & { id: string }>
            label="Tools"
            items={withKeys(wanted ? [wanted, ...items] : items)}
            chosen={chosen}
            onChoose={(tool) => setParams({ tool }, { replace: true })}
            row={rowOf}
          >
            {(found) => <ToolDetail key={found.id} found={found} />}
          </MasterDetail>
        )}
      </PagedList>
    </>
  );
}

/** The tool in the address, where it is not among those on the pages so far. */
function useWanted(chosen: string | null, items: readonly FoundTool[] | undefined): FoundTool | undefined {
  const isChosen = ({ connection, tool }: FoundTool) => toolKey(connection.id, tool.name) === chosen;
  const [id = "", ...name] = (chosen ?? "").split("/");
  const connection = connectionIdSchema.safeParse(id);
  const isMissing = connection.success && items !== undefined && !items.some(isChosen);
  const query = { ...(connection.success && { connection: connection.data }), search: name.join("/").slice(0, MOST), limit: MOST };
  const { data } = useApi(searchTools, { query }, { enabled: isMissing });
  return isMissing ? data?.items.find(isChosen) : undefined;
}

const withKeys = (items: readonly FoundTool[]): (FoundTool & { id: string })[] =>
  items.map((found) => ({ ...found, id: toolKey(found.connection.id, found.tool.name) }));

function rowOf({ connection, tool, rule }: FoundTool) {
  const tone = tool.quarantined || rule === "deny" ? "text-danger" : rule === "ask" ? "text-waiting" : "text-ink-faint";
  const standing = tool.quarantined ? " · changed" : rule === "deny" ? " · denied" : rule === "ask" ? " · asks" : "";
  return { icon: <Wrench size={14} aria-hidden className={classes("shrink-0", tone)} />, title: tool.name, text: `${connection.name}${standing}` };
}
